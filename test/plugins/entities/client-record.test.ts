import t from 'tap'
import { clientIdOf, sortKeyOf } from '../../../plugins/entities/client-keys.ts'
import { withoutPart } from '../../../plugins/entities/client-record.ts'
import { after, agreement, contracts, customers, day, email, takes } from './desk.ts'

const named = { client: { name: 'Ä Co', emails: [email('a@example.com')] } }
const signed = { client: { name: 'Ä Co' }, agreements: [agreement('1')] }
const both = () => after([takes(signed)], contracts, after([takes(named)]).record)

t.test('a client is one record whichever sync type comes first, with the fields of both', async t => {
  const judged = both()
  t.equal(judged.effect, 'created')
  t.match(judged.record, {
    id: clientIdOf('con_1', '017'),
    nameKey: 'a co',
    profile: { emails: [email('a@example.com')] },
    agreements: [{ externalId: '1' }]
  })
  t.equal(judged.record.parts.length, 2)
})

t.test('erasing one sync type takes its own fields and leaves the other’s', async t => {
  const types = [customers, contracts]
  const kept = withoutPart(both().record, 'ins_customers', types, day(2))
  t.match(kept, { profile: { name: 'Ä Co', emails: [] }, agreements: [{ externalId: '1' }] })
  t.equal(kept?.parts.length, 1)
  t.equal(withoutPart(kept!, 'ins_contracts', types, day(3)), null)
})

t.test('ids of one connection sort as the vendor’s do, differ between connections, and take any vendor id', async t => {
  const ids = ['2', '10', '100'].map(id => clientIdOf('con_1', sortKeyOf('numeric', id)))
  t.same(ids.toSorted(), ids)
  t.not(clientIdOf('con_1', '017'), clientIdOf('con_2', '017'))
  t.match(clientIdOf('con_1', 'ä/b c'), /^cli_[A-Za-z0-9_-]{20}$/)
})

t.test('numeric ids sort by value, as the vendor orders them', async t => {
  const keys = ['2', '10', '9', '100'].map(id => sortKeyOf('numeric', id)).sort()
  t.same(
    keys.map(key => key.slice(2)),
    ['2', '9', '10', '100']
  )
})
