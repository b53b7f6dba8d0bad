import fc from 'fast-check'
import t from 'tap'
import { readNotes } from '../../../connectors/connectwise/notes.ts'
import { cpuMsOf } from '../../cpu-ms.ts'

const client = '01234567-89ab-cdef-0123-456789abcdef'
const own = 'a1bcDEdGHijklmn2'
const other = 'Zy9xWvUtSrQpOn87'

t.test('notes are sorted into the fields, in any order and with any words around', async t => {
  const whole = { username: `acme_c+${own}`, password: other, domain: 'https://na.myconnectwise.net', clientId: client }
  const cases: Record<string, [string, object]> = {
    'as the fields are called': [
      `Username: acme_c+${own}\nPassword: ${other}\nDomain: https://na.myconnectwise.net\nAPI Version: v2020.3\nClient ID: ${client}`,
      { ...whole, apiVersion: 'v2020_3' }
    ],
    'as the screens call them': [
      `Company: acme_c\nPublic key: ${own}\nPrivate key: ${other}\n${client}\nna.myconnectwise.net`,
      whole
    ],
    'the private key first': [
      `private key = ${other}\npublic key = ${own}\ncompany id = acme_c`,
      {
        username: `acme_c+${own}`,
        password: other
      }
    ],
    'without any label': [
      `${client} acme_c+${own} https://na.myconnectwise.net/v2020_3/ConnectWise.aspx ${other}`,
      {
        ...whole,
        apiVersion: 'v2020_3'
      }
    ],
    'keys without labels': [`Company Name: acme_c\n${own}\n${other}`, { username: `acme_c+${own}`, password: other }],
    'an instance of their own': [
      `https://psa.acme.example:8443/v4_6_release/`,
      {
        domain: 'https://psa.acme.example:8443',
        apiVersion: 'v4_6_release'
      }
    ],
    'the page of client IDs is no domain': [
      `https://developer.connectwise.com/ClientID ${client}`,
      { clientId: client }
    ],
    'a mail address with a plus is no username': [`alex+psa2024@acme.example`, {}],
    'a date is no release': [`made 2020.12.01, v2020.12.01`, {}],
    'one key alone': [`the key: ${own}`, { password: own }],
    'small talk': ['Call Alex on Monday about the invoice 2024-117.', {}],
    nothing: ['', {}]
  }
  for (const [name, [notes, fields]] of Object.entries(cases)) t.same(readNotes(notes), fields, name)
})

t.test('a key is never given twice, whatever stands around it', async t => {
  const never = fc.check(
    fc.property(
      fc.array(fc.constantFrom(own, other, client, `acme_c+${own}`, 'Company: acme_c', '\n', ' ', 'x')),
      words => {
        const { username = '', password } = readNotes(words.join(' '))
        return password === undefined || !username.endsWith(password)
      }
    )
  )
  t.notOk(never.failed, JSON.stringify(never.counterexample))
})

t.test('no text takes long', async t => {
  for (const piece of ['a', '1a', '+', 'v2020', 'https://', 'Company: ', 'a.', '-', 'a1bcDEdGHijklm']) {
    const took = cpuMsOf(() => readNotes(piece.repeat(20_000)))
    t.ok(took < 500, JSON.stringify(piece))
  }
})
