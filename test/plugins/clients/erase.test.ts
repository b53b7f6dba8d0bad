import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import {
  agreementOf,
  leased,
  lossOf,
  partOf,
  put,
  putLosses,
  putSeen,
  recordOf,
  seenOf
} from '../../conformance/storage/fixtures.ts'

t.test(
  'a client that is gone is erased by a person, with all that is kept of it; one that is there is not',
  async t => {
    const store = await openSqliteStore({ url: ':memory:' })
    const lease = await leased(store)
    const records = (['gone', 'inactive', 'active'] as const).map((status, i) =>
      recordOf(lease, String(i), { status, agreements: [agreementOf(`a${i}`)], parts: [partOf(lease, { status })] })
    )
    await put(store, lease, records)
    await putLosses(store, lease, [lossOf(lease, '0'), lossOf(lease, '1')])
    await putSeen(store, lease, [seenOf('0'), seenOf('1')])
    const { call, host, as } = await buildTestHost(t, { store })
    const [gone, inactive, active] = records.map(({ id }) => `/v1/clients/${id}`)

    for (const [url, words] of [
      [inactive, /is inactive/],
      [active, /is active/]
    ] as const)
      t.match(await call('acme', 'DELETE', url!), {
        status: 409,
        body: { code: 'HOST_ERR_CLIENT_NOT_GONE', detail: words }
      })
    t.match(await call('other', 'DELETE', gone!), { status: 404, body: { code: 'HOST_ERR_NOT_FOUND' } })
    for (const only of ['integrations:update', 'clients:read'] as const) {
      const { statusCode } = await host.inject({ method: 'DELETE', url: gone!, headers: await as('acme', [only]) })
      t.equal(statusCode, 403, only)
    }
    t.equal((await call('acme', 'GET', '/v1/clients')).body.items.length, 3)

    const erased = await call('acme', 'DELETE', gone!)
    t.same([erased.status, erased.body], [204, undefined])
    const trail = (await call('acme', 'GET', '/v1/activity?action=client.erase')).body.items
    t.match(trail[0], { outcome: 'done', target: { kind: 'client', id: records[0]!.id } })
    t.match(await call('acme', 'DELETE', gone!), { status: 404 })
    t.match(await call('acme', 'GET', gone!), { status: 404 })
    t.same(
      (await call('acme', 'GET', '/v1/agreements')).body.items.map((one: any) => one.externalId),
      ['a1', 'a2']
    )
    t.same((await store.losses.of(lease.installationId, ['0', '1'])).length, 1)
    t.same((await store.seen.load(lease.installationId, ['0', '1'])).length, 1)
  }
)

t.test('a client that comes back at the very moment is not erased', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const lease = await leased(store)
  const record = recordOf(lease, '1', { status: 'gone', parts: [partOf(lease, { status: 'gone' })] })
  await put(store, lease, [record])
  const { call } = await buildTestHost(t, { store })
  const back = { ...record, status: 'active' as const, parts: [partOf(lease)], rev: 1 }
  const [erasure, lost] = await Promise.all([
    call('acme', 'DELETE', `/v1/clients/${record.id}`),
    put(store, lease, [back])
  ])
  const stored = await store.clients.get('acme', record.id)
  if (erasure.status === 204) t.same([lost, stored], [[record.id], null], 'the run lost, and reads it anew')
  else t.match([erasure.status, stored?.status], [409, 'active'])
})
