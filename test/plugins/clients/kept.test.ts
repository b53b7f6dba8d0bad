import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import {
  agreementOf,
  at,
  leased,
  lossItem,
  lossOf,
  partOf,
  put,
  putLosses,
  recordOf
} from '../../conformance/storage/fixtures.ts'

t.test(
  'a client shows what of it is kept: what waits, for whom and since when, and what a person has kept',
  async t => {
    const store = await openSqliteStore({ url: ':memory:' })
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const record = recordOf(lease, '1', {
      parts: [
        partOf(lease, { open: ['emails', 'address'], kept: { phones: 'd9' } }),
        partOf(other, { syncType: 'others', open: ['cost:7'], kept: { phones: 'd8', 'vendor:7': 'd7' } })
      ]
    })
    await put(store, lease, [record, recordOf(lease, '2')])
    const leaves = lossItem('clients', { key: 'client', leaves: { status: 'inactive', rule: 'status' } })
    await putLosses(store, lease, [
      lossOf(lease, '1', { state: 'held', at: at(1), items: [lossItem('emails'), leaves] })
    ])
    const cost = lossItem('costs', { key: 'cost:7', was: '30.00 USD', to: '10.00 USD' })
    await putLosses(store, other, [lossOf(other, '1', { at: at(2), items: [cost] })])
    const { call } = await buildTestHost(t, { store })

    const { body } = await call('acme', 'GET', `/v1/clients/${record.id}`)
    t.same(body.waiting, ['address', 'cost:7', 'emails'])
    t.same(body.refused, ['phones', 'vendor:7'])
    t.match(body.losses, [
      {
        ...{ key: 'emails', was: 'info@example.com', to: null, since: at(1), waitsFor: 'approval', syncType: 'things' },
        installationId: lease.installationId
      },
      {
        ...{ key: 'cost:7', was: '30.00 USD', to: '10.00 USD', since: at(2), waitsFor: 'second-look' },
        installationId: other.installationId
      }
    ])
    t.equal(body.losses.length, 2, 'a row of losses takes nothing away that the client does not name')

    const { items } = (await call('acme', 'GET', '/v1/clients')).body
    t.match(items, [
      { externalId: undefined, waiting: body.waiting, refused: body.refused },
      { waiting: [], refused: [] }
    ])
    t.notOk(items.some((item: object) => 'losses' in item))
  }
)

t.test('an agreement tells the state of its client, what it belongs to, and a cost that is not known', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const lease = await leased(store)
  const states = ['active', 'inactive', 'gone'] as const
  await put(
    store,
    lease,
    states.map((status, i) =>
      recordOf(lease, String(i), {
        status,
        agreements: [
          agreementOf(`a${i}`, { overallCost: null, parentId: 'p1', billedOnce: true }),
          agreementOf(`b${i}`, { status: 'cancelled' })
        ]
      })
    )
  )
  const { call } = await buildTestHost(t, { store })
  const listed = async (query: string) =>
    (await call('acme', 'GET', `/v1/agreements?${query}`)).body.items.map((one: any) => [
      one.externalId,
      one.clientStatus
    ])
  t.same(await listed('clientStatus=active&status=ACTIVE'), [['a0', 'active']])
  t.same(await listed('clientStatus=gone'), [
    ['a2', 'gone'],
    ['b2', 'gone']
  ])
  t.same((await listed('status=active')).length, 3)
  t.same((await listed('')).length, 6)
  t.equal((await call('acme', 'GET', '/v1/agreements?clientStatus=asleep')).status, 400)
  const { id } = (await call('acme', 'GET', '/v1/clients?status=inactive')).body.items[0]
  const [agreement] = (await call('acme', 'GET', `/v1/clients/${id}`)).body.agreements
  t.match(agreement, { overallCost: null, parentId: 'p1', billedOnce: true, clientStatus: 'inactive' })
})
