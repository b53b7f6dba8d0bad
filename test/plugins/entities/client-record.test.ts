import t from 'tap'
import type { Agreement, Rule, SyncType } from '../../../plugins/connector/contract.ts'
import { clientIdOf, sortKeyOf } from '../../../plugins/entities/client-keys.ts'
import { leftOut, matched, type Viewpoint, vanished, withoutPart } from '../../../plugins/entities/client-record.ts'
import type { ClientRecord } from '../../../plugins/storage/port.ts'

const customers = { name: 'customers', owns: ['name', 'emails'], idOrder: 'numeric' } as unknown as SyncType
const contracts = { name: 'contracts', owns: ['name', 'agreements'], idOrder: 'numeric' } as unknown as SyncType

const view = (syncType: SyncType, at: string, change: Partial<Viewpoint> = {}): Viewpoint => ({
  tenant: 'acme',
  connector: 'ledger',
  connectionId: 'con_1',
  installationId: `ins_${syncType.name}`,
  syncType,
  token: 1,
  runId: 'run_1',
  at,
  restamp: false,
  ...change
})

const rule = (about: Rule<unknown>['about']): Rule<unknown> => ({ name: 'r', title: 'R', about, test: () => 'no' })
const email = (value: string) => ({ value, label: null, primary: true })
const agreement = (externalId: string, change: Partial<Agreement> = {}): Agreement => ({
  externalId,
  vendorName: 'V',
  vendors: ['V'],
  contractName: 'C',
  overallCost: '1.00',
  currency: 'USD',
  billingCycle: 'Monthly',
  status: 'active',
  startDate: null,
  endDate: null,
  ...change
})

const day = (n: number) => `2026-01-0${n}T00:00:00.000Z`
const seen = (stored: ClientRecord | undefined, at: string, emails = [email('a@example.com')]) =>
  matched(stored, '7', { client: { name: 'Ä Co', emails } }, { c: at }, view(customers, at)).record!

t.test('a client is one record whichever sync type comes first, with the fields of both', async t => {
  const first = seen(undefined, day(1))
  const change = matched(
    first,
    '7',
    { client: { name: 'Ä Co' }, agreements: [agreement('1')] },
    {},
    view(contracts, day(2))
  )
  t.equal(change.effect, 'created')
  t.match(change.record, {
    id: clientIdOf('con_1', '017'),
    nameKey: 'a co',
    profile: { emails: [email('a@example.com')] },
    agreements: [{ externalId: '1' }]
  })
  t.equal(change.record?.parts.length, 2)
})

t.test(
  'the same contribution is not written again; new change marks alone are, without counting as an update',
  async t => {
    const stored = seen(undefined, day(1))
    const again = matched(
      stored,
      '7',
      { client: { name: 'Ä Co', emails: [email('a@example.com')] } },
      { c: day(1) },
      view(customers, day(2))
    )
    t.same(again, { effect: 'unchanged', record: null })
    const marked = matched(
      stored,
      '7',
      { client: { name: 'Ä Co', emails: [email('a@example.com')] } },
      { c: day(2) },
      view(customers, day(2))
    )
    t.equal(marked.effect, 'unchanged')
    t.match(marked.record, { updatedAt: day(1), parts: [{ stamps: { c: day(2) } }] })
  }
)

t.test(
  'a client that stops matching is inactive with reason and date, whatever the other sync type last saw',
  async t => {
    const both = matched(
      seen(undefined, day(1)),
      '7',
      { client: { name: 'Ä Co' }, agreements: [] },
      {},
      view(contracts, day(1))
    ).record!
    const left = leftOut(both, { rule: rule('client'), words: 'Status is Lost' }, {}, view(customers, day(3)))
    t.equal(left.effect, 'inactivated')
    t.match(left.record, { status: 'inactive', statusReason: 'Status is Lost', statusSince: day(3) })
    const back = seen(left.record!, day(4))
    t.match(back, { status: 'active', statusReason: null, statusSince: day(4) })
  }
)

t.test('a client without agreements left stays active for the sync type that still takes it', async t => {
  const both = matched(
    seen(undefined, day(1)),
    '7',
    { client: { name: 'Ä Co' }, agreements: [agreement('1')] },
    {},
    view(contracts, day(1))
  ).record!
  const left = leftOut(both, { rule: rule('sync-type'), words: 'It has no agreement' }, {}, view(contracts, day(3)))
    .record!
  t.equal(left.status, 'active')
  t.match(left.agreements, [{ externalId: '1', status: 'gone', updatedAt: day(3) }])
  const alone = leftOut(
    matched(undefined, '7', { client: { name: 'X' }, agreements: [agreement('1')] }, {}, view(contracts, day(1)))
      .record!,
    { rule: rule('sync-type'), words: 'It has no agreement' },
    {},
    view(contracts, day(3))
  )
  t.match(alone.record, { status: 'inactive', statusReason: 'It has no agreement' })
})

t.test('an agreement keeps its id, and its date changes only with its content', async t => {
  const take = (stored: ClientRecord | undefined, at: string, agreements: Agreement[]) =>
    matched(stored, '7', { client: { name: 'X' }, agreements }, { at }, view(contracts, at)).record!
  const first = take(undefined, day(1), [agreement('1'), agreement('2')])
  const second = take(first, day(2), [agreement('1'), agreement('2', { overallCost: '2.00' })])
  t.same(
    second.agreements.map(({ id }) => id),
    first.agreements.map(({ id }) => id)
  )
  t.same(
    second.agreements.map(({ updatedAt }) => updatedAt),
    [day(1), day(2)]
  )
  const third = take(second, day(3), [agreement('2', { overallCost: '2.00' })])
  t.match(third.agreements, [
    { externalId: '1', status: 'gone' },
    { externalId: '2', status: 'active' }
  ])
})

t.test('what the vendor no longer has is gone once', async t => {
  const gone = vanished(seen(undefined, day(1)), view(customers, day(2)))
  t.match(gone, { effect: 'gone', record: { status: 'gone', statusSince: day(2) } })
  t.same(vanished(gone.record!, view(customers, day(3))), { effect: 'unchanged', record: null })
  t.same(vanished(undefined, view(customers, day(3))), { effect: 'unchanged', record: null })
})

t.test('after a takeover everything seen is stamped with the new token', async t => {
  const stored = seen(undefined, day(1))
  const contribution = { client: { name: 'Ä Co', emails: [email('a@example.com')] } }
  const stamped = matched(
    stored,
    '7',
    contribution,
    { c: day(1) },
    view(customers, day(2), { restamp: true, token: 9 })
  )
  t.match(stamped, { effect: 'unchanged', record: { parts: [{ token: 9 }] } })
})

t.test('erasing one sync type takes its own fields and leaves the other’s', async t => {
  const both = matched(
    seen(undefined, day(1)),
    '7',
    { client: { name: 'Ä Co' }, agreements: [agreement('1')] },
    {},
    view(contracts, day(1))
  ).record!
  const types = [customers, contracts]
  const kept = withoutPart(both, 'ins_customers', types, day(2))
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
