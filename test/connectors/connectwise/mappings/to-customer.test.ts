import t from 'tap'
import { toCustomer } from '../../../../connectors/connectwise/mappings/to-customer.ts'
import { type ClientProfile, cleanProfile, RecordRejected } from '../../../../plugins/connector/contract.ts'

function map(company: Record<string, unknown>, contacts: Record<string, unknown>[] = []) {
  const record = { id: '2', name: 'Acme', ...company }
  return toCustomer({ company: record, contacts: contacts as never }).client
}
const item = (communicationType: string, value: string, more = {}) => ({ communicationType, value, ...more })

t.test('what an old model leaves null, empty or {} is absent', async t => {
  const absent = { name: 'Acme', address: null, emails: [], phones: [], websites: [] }
  for (const nothing of [null, undefined, '', '   ', {}]) {
    const fields = [
      'addressLine1',
      'addressLine2',
      'city',
      'state',
      'zip',
      'country',
      'phoneNumber',
      'website',
      'defaultContact'
    ]
    t.same(map(Object.fromEntries(fields.map(field => [field, nothing]))), absent, String(nothing))
  }
})

t.test('text is trimmed, numbers become text, the website can be followed', async t => {
  t.match(map({ name: '  Acme ', zip: 12345, country: { name: 'Norway' }, website: ' www.Acme.com/x ' }), {
    name: 'Acme',
    address: { line1: null, postalCode: '12345', country: 'Norway' },
    websites: ['https://www.acme.com/x']
  })
})

t.test('e-mail addresses come from active contacts, the default contact first, each once', async t => {
  const contacts = [
    { id: '9', communicationItems: [item('Email', 'Nine@x.test'), item('Email', 'two@X.test')] },
    { id: '10', inactiveFlag: true, communicationItems: [item('Email', 'gone@x.test')] },
    {
      id: '12',
      communicationItems: [
        item('Email', 'second@x.test'),
        item('Email', 'TWO@x.test', { defaultFlag: true, type: { name: 'Work' } }),
        item('Phone', '1'),
        item('Email', 'n/a')
      ]
    }
  ]
  t.same(map({ defaultContact: { id: 12 } }, contacts).emails, [
    { value: 'TWO@x.test', label: 'Work', primary: true },
    { value: 'second@x.test', label: null, primary: false },
    { value: 'Nine@x.test', label: null, primary: false }
  ])
  const flagged = contacts.map(contact => ({ ...contact, defaultFlag: contact.id === '12' }))
  t.equal(map({}, flagged).emails?.[0]?.value, 'TWO@x.test', 'without a default contact its flag counts')
})

t.test('phones: the company’s own first, no fax, each number once however it is written', async t => {
  const contacts = [
    {
      id: '1',
      communicationItems: [
        item('Phone', '813 935-7100', { type: { name: 'Direct' } }),
        item('Fax', '5550199', { type: { name: 'Direct' } }),
        item('Phone', 'call me')
      ]
    },
    { id: '2', communicationItems: [item('Phone', '8139357100', { extension: '401' })] }
  ]
  const one = { value: '8139357100', extension: null, label: 'Company', primary: true }
  t.same(map({ phoneNumber: '(813) 935-7100' }, contacts).phones, [
    { ...one, typed: '(813) 935-7100' },
    { ...one, typed: '8139357100', extension: '401', label: null, primary: false }
  ])
  t.same(map({}, contacts).phones?.[0], { ...one, typed: '813 935-7100', label: 'Direct' })
  const there = map({ country: { name: 'United States' } }, contacts)
  t.equal(there.phones?.[0]?.value, '+18139357100', 'the country of the address is that of the number')
})

const typed = (communicationType: string, ...values: (string | [string, object])[]) => [
  { id: '5', communicationItems: values.map(one => item(communicationType, ...([one].flat() as [string, object]))) }
]

t.test('field report E1: e-mail addresses are split and cleaned, or left out', async t => {
  const values = ['none@none', '@x', 'f@@x', 'a@x.example; b@x.example', 'Name <c@x.example>', 'mailto:d@x.example']
  t.same(map({}, typed('Email', ...values, 'e@x.example (personal)')).emails, [
    { value: 'a@x.example', label: null, primary: true },
    ...['b', 'c', 'd', 'e'].map(name => ({ value: `${name}@x.example`, label: null, primary: false }))
  ])
})

t.test('field report E2: one number in three spellings is there once, and what is none is left out', async t => {
  const contacts = typed('Phone', 'see notes 2', '(555) 010-0199', '555-010-0199', [
    '5550100199 x12',
    { extension: '12' }
  ])
  const once = { typed: '(555) 010-0199', extension: '12', label: null, primary: true }
  t.same(map({}, contacts).phones, [{ value: '5550100199', ...once }])
  t.same(map({ country: { name: 'United States' } }, contacts).phones, [{ value: '+15550100199', ...once }])
})

t.test('field report E3: a website that is none is left out', async t => {
  for (const website of ['N/A', 'none', '-', 'tbd', 'http://', 'info@x.example', 'javascript:alert(1)'])
    t.same(map({ website }).websites, [], website)
})

t.test('a profile that was mapped is what the cleaners would make of it', async t => {
  const contacts = [...typed('Email', 'A@X.Example, b@x.example'), ...typed('Phone', '813 935-7100 x1', '813 935-7100')]
  const client = map({ phoneNumber: '813 935-7100', country: { name: 'USA' }, website: 'X.Example' }, contacts)
  t.equal(client.phones?.length, 2)
  t.same(cleanProfile(client as ClientProfile), client)
})

t.test('a company without a name is rejected, one with a very long name is not', async t => {
  for (const name of [undefined, null, '', ' ', {}]) t.throws(() => map({ name }), RecordRejected)
  t.equal(map({ name: 'N'.repeat(10_000) }).name.length, 10_000)
})
