import type { Test } from 'tap'
import {
  agreementOf,
  at,
  connectionOf,
  first,
  leased,
  lossOf,
  type Open,
  pageOf,
  put,
  putLosses,
  putRejects,
  putSeen,
  recordOf,
  runOf,
  seenOf
} from './fixtures.ts'
import { sessionOf } from './sessions.ts'

export async function lifeCases(t: Test, open: Open): Promise<void> {
  await t.test('a store answers a ping until it is closed, and may be closed twice', async t => {
    const { store } = await open(t)
    await store.ping()
    await store.close()
    await store.close()
    await t.rejects(store.ping())
  })

  await t.test('a closed store rejects every call and throws none', async t => {
    const { store } = await open(t)
    const lease = await leased(store)
    await store.close()
    const calls = {
      get: () => store.connections.get('acme', 'x'),
      insert: () => store.connections.tryInsert(connectionOf()),
      list: () => store.clients.list('acme', {}, first),
      load: () => store.clients.load('x', ['1']),
      write: () => store.clients.write(lease, pageOf({})),
      claim: () => store.leases.claimDue('o', 1, 1),
      take: () => store.budgets.take('a', 1, { requests: 1, perMs: 1 }),
      hit: () => store.counters.hit('a', 1000),
      meta: () => store.meta.get('x'),
      session: () => store.sessions.get('x'),
      link: () => store.links.take('x'),
      draft: () => store.drafts.get('acme', 'x', 'x')
    }
    for (const [name, call] of Object.entries(calls)) {
      let promise: Promise<unknown> | undefined
      t.doesNotThrow(() => {
        promise = call()
      }, name)
      await t.rejects(promise!, name)
    }
  })

  await t.test('everything is there after the store is opened again', async t => {
    const { store, reopen } = await open(t)
    if (!reopen) {
      t.pass('data does not outlive the store in this mode', { skip: 'not kept in this mode' })
      return
    }
    const connection = connectionOf()
    await store.connections.tryInsert(connection)
    const lease = await leased(store, { connectionId: connection.id })
    const record = recordOf(lease, '1', { agreements: [agreementOf('1')] })
    await put(store, lease, [record, recordOf(lease, '2')])
    const run = runOf(lease)
    await store.runs.insert(run)
    const reject = { key: 'k', runId: run.id, externalId: null, reason: 'broken', payload: null, at: at() }
    await putRejects(store, lease, [reject])
    await putLosses(store, lease, [lossOf(lease, '1')])
    await putSeen(store, lease, [seenOf('9')])
    const { nextCursor } = await store.clients.list('acme', {}, { limit: 1, cursor: null })
    await store.meta.putIfAbsent('check', 'value')
    await store.budgets.hold('account', 60_000)
    const session = sessionOf()
    await store.sessions.insert(session, 60_000, 60_000)
    const installation = await store.installations.get('acme', lease.installationId)

    const again = await reopen()
    t.same(await again.connections.get('acme', connection.id), { ...connection, rev: 1 })
    t.same(await again.installations.get('acme', lease.installationId), installation)
    t.same(await again.clients.get('acme', record.id), { ...record, rev: 1 })
    t.equal((await again.clients.list('acme', { search: 'client' }, first)).items.length, 2)
    t.equal((await again.clients.listAgreements('acme', {}, first)).items.length, 1)
    t.same(await again.clients.counts(lease.installationId), { active: 2, inactive: 0, gone: 0 })
    t.same(await again.runs.get('acme', run.id), run)
    t.same((await again.rejects.list('acme', run.id, first)).items, [reject])
    t.same(await again.losses.of(lease.installationId, ['1']), [lossOf(lease, '1')])
    t.same(await again.seen.load(lease.installationId, ['9']), [seenOf('9')])
    t.equal((await again.clients.list('acme', {}, { limit: 1, cursor: nextCursor })).items[0]?.externalId, '2')
    t.equal(await again.meta.get('check'), 'value')
    t.match(await again.sessions.get(session.id), session)
    t.match(await again.budgets.take('account', 1, { requests: 100, perMs: 1000 }), { granted: 0 })
    t.equal(await again.leases.tryRenew(lease, 60_000), true, 'a lease outlives a restart')
  })
}
