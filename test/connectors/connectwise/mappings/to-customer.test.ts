import t from 'tap'
import { toCustomer } from '../../../../connectors/connectwise/mappings/to-customer.ts'
import { factsOf } from '../../../../connectors/connectwise/syncs/company-facts.ts'
import { RecordRejected } from '../../../../plugins/connector/contract.ts'

const wanted = { types: ['Customer'], statuses: ['Active'], typeIds: new Set<string>(), statusIds: new Set<string>() }
function map(company: Record<string, unknown>, contacts: Record<string, unknown>[] = []) {
  const record = { id: '2', name: 'Acme', ...company }
  return toCustomer({ company: record, facts: factsOf(record, wanted), contacts: contacts as never }).client
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

t.test('text is trimmed, numbers become text, the website stays as it is written', async t => {
  t.match(map({ name: '  Acme ', zip: 12345, country: { name: 'Norway' }, website: ' www.Acme.com/x ' }), {
    name: 'Acme',
    address: { line1: null, postalCode: '12345', country: 'Norway' },
    websites: ['www.Acme.com/x']
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
        item('Phone', '8139357100', { extension: '401' }),
        item('Fax', '5550199', { type: { name: 'Direct' } }),
        item('Phone', 'call me')
      ]
    }
  ]
  t.same(map({ phoneNumber: '(813) 935-7100' }, contacts).phones, [
    { value: '(813) 935-7100', extension: null, label: 'Company', primary: true },
    { value: '8139357100', extension: '401', label: null, primary: false }
  ])
  t.same(map({}, contacts).phones?.[0], { value: '813 935-7100', extension: null, label: 'Direct', primary: true })
})

t.test('a company without a name is rejected, one with a very long name is not', async t => {
  for (const name of [undefined, null, '', ' ', {}]) t.throws(() => map({ name }), RecordRejected)
  t.equal(map({ name: 'N'.repeat(10_000) }).name.length, 10_000)
})
