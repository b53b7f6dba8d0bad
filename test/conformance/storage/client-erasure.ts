import type { Test } from 'tap'
import {
  agreementOf,
  first,
  leased,
  lossOf,
  type Open,
  partOf,
  put,
  putLosses,
  putSeen,
  recordOf,
  seenOf
} from './fixtures.ts'

export async function clientErasureCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store

  await t.test('a client that is gone is erased with its losses and what was seen of it', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const stranger = await leased(store)
    const record = recordOf(lease, '1', {
      status: 'gone',
      agreements: [agreementOf('7')],
      parts: [partOf(lease, { status: 'gone' }), partOf(other, { status: 'gone' })]
    })
    const kept = recordOf(lease, '2', { status: 'gone' })
    await put(store, lease, [record, kept])
    for (const each of [lease, other, stranger]) {
      await putLosses(store, each, [lossOf(each, '1'), lossOf(each, '2')])
      await putSeen(store, each, [seenOf('1'), seenOf('2')])
    }
    t.equal(await clients.tryErase('other-tenant', record.id, 1), false)
    t.equal(await clients.tryErase('acme', record.id, 2), false)
    t.same(await clients.get('acme', record.id), { ...record, rev: 1 })
    t.equal(await clients.tryErase('acme', record.id, 1), true)
    t.equal(await clients.tryErase('acme', record.id, 1), false)
    t.equal(await clients.get('acme', record.id), null)
    for (const each of [lease, other]) {
      t.same(await store.losses.of(each.installationId, ['1', '2']), [lossOf(each, '2')])
      t.same(await store.seen.load(each.installationId, ['1', '2']), [seenOf('2')])
    }
    t.equal((await store.losses.of(stranger.installationId, ['1', '2'])).length, 2)
    t.equal((await store.seen.load(stranger.installationId, ['1', '2'])).length, 2)
    t.same(await clients.counts(lease.installationId), { active: 0, inactive: 0, gone: 1 })
    t.same(await clients.counts(other.installationId), { active: 0, inactive: 0, gone: 0 })
    t.same(await clients.total('acme', { connectionId: lease.connectionId }), { count: 1, exact: true })
    t.equal((await clients.list('acme', { connectionId: lease.connectionId, search: 'client' }, first)).items.length, 1)
    t.same((await clients.listAgreements('acme', { clientId: record.id }, first)).items, [])
    t.same(await put(store, lease, [recordOf(lease, '3', { agreements: [agreementOf('7')] })]), [])
  })

  await t.test('one that is not gone is not erased', async t => {
    const lease = await leased(store)
    const records = (['active', 'inactive'] as const).map((status, i) => recordOf(lease, String(i), { status }))
    await put(store, lease, records)
    for (const { id } of records) t.equal(await clients.tryErase('acme', id, 1), false)
    t.equal((await clients.load(lease.connectionId, ['0', '1'])).length, 2)
  })
}
