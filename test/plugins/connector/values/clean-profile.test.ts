import t from 'tap'
import { type ClientProfile, cleanProfile } from '../../../../plugins/connector/contract.ts'

/** As commit 3abc8c1 stored it: phones without `typed`. */
const stored = {
  name: 'Acme',
  address: { line1: '1 High St', line2: '', city: 'Tampa', state: 'FL', postalCode: '33602', country: 'United States' },
  emails: [
    { value: 'none@none', label: 'Work', primary: true },
    { value: 'a@X.example; b@x.example', label: 'Work', primary: false },
    { value: 'B@x.example', label: null, primary: false }
  ],
  phones: [
    { value: 'see notes 2', extension: null, label: null, primary: false },
    { value: '(813) 935-7100', extension: null, label: 'Company', primary: false },
    { value: '8139357100 x12', extension: '12', label: 'Direct', primary: true }
  ],
  websites: ['N/A', 'Acme.example']
}

t.test('field reports E1 to E3: a stored profile becomes what today’s cleaners make of it', async t => {
  t.same(cleanProfile(stored as unknown as ClientProfile), {
    name: 'Acme',
    address: { ...stored.address, line2: null },
    emails: [
      { value: 'a@x.example', label: 'Work', primary: true },
      { value: 'b@x.example', label: 'Work', primary: false }
    ],
    phones: [
      { value: '+18139357100', typed: '(813) 935-7100', extension: null, label: 'Company', primary: false },
      { value: '+18139357100', typed: '8139357100 x12', extension: '12', label: 'Direct', primary: true }
    ],
    websites: ['https://acme.example']
  })
})

t.test('a profile without anything stays so', async t => {
  const empty: ClientProfile = { name: '', address: null, emails: [], phones: [], websites: [] }
  t.same(cleanProfile(empty), empty)
})
