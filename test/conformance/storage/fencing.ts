import type { Test } from 'tap'
import type { Lease, Store } from '../../../plugins/storage/port.ts'
import {
  at,
  fence,
  first,
  leased,
  leaseLost,
  lossOf,
  newId,
  type Open,
  pageOf,
  put,
  putLosses,
  putRejects,
  putSeen,
  recordOf,
  runOf,
  seenOf,
  write
} from './fixtures.ts'

export async function fencingCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)

  await t.test('a stale token writes nothing, whatever the write', async t => {
    const lease = await leased(store)
    const known = recordOf(lease, '1')
    await put(store, lease, [known])
    await putLosses(store, lease, [lossOf(lease, '1')])
    await putSeen(store, lease, [seenOf('9')])
    const run = runOf(lease)
    await store.runs.insert(run)
    const newest = await fence(store, lease)
    await store.runs.trySave({ ...run, token: newest.token })
    const before = await everything(store, lease, run.id)
    for (const [name, write] of Object.entries(writesOf(store, lease, run.id))) {
      await t.rejects(write(), leaseLost, name)
    }
    t.equal(await store.runs.trySave({ ...run, status: 'failed' }), false, 'a run')
    t.equal(await store.leases.tryRelease(lease, { dueInMs: 0, failures: 7 }), false, 'a release')
    t.same(await everything(store, lease, run.id), before)
  })

  await t.test('a token of an installation that is gone writes nothing', async t => {
    const lease = await leased(store)
    await store.installations.remove('acme', lease.installationId)
    const before = await everything(store, lease, 'run_none')
    for (const [name, write] of Object.entries(writesOf(store, lease, 'run_none'))) {
      await t.rejects(write(), leaseLost, name)
    }
    t.same(await everything(store, lease, 'run_none'), before)
  })

  await t.test('the newest token writes', async t => {
    const lease = await fence(store, await leased(store))
    for (const [name, write] of Object.entries(writesOf(store, lease, newId('run')))) {
      await t.resolves(write(), name)
    }
  })

  await t.test('writes that race with the loss of the lease are all or nothing of the old token', async t => {
    const lease = await leased(store)
    const [newest, ...outcomes] = await Promise.all([
      fence(store, lease),
      ...Array.from({ length: 20 }, (_, i) =>
        put(store, lease, [recordOf(lease, String(i))]).then(
          () => i,
          error => (error.code === leaseLost.code ? null : Promise.reject(error))
        )
      )
    ])
    t.equal(newest.token, lease.token + 1)
    const stored = (await store.clients.list('acme', { connectionId: lease.connectionId }, first)).items
    t.same(
      stored.map(record => Number(record.externalId)).sort((a, b) => a - b),
      outcomes.filter(outcome => outcome !== null)
    )
    await t.rejects(put(store, lease, [recordOf(lease, '99')]), leaseLost)
  })
}

function writesOf(store: Store, lease: Lease, runId: string): Record<string, () => Promise<unknown>> {
  const reject = { key: 'k', runId, externalId: null, reason: 'stale', payload: null, at: at() }
  const fresh = recordOf(lease, '2')
  const changed = recordOf(lease, '1', { updatedAt: at(9) })
  const put = (id: string, expectedRev: number, record: typeof fresh | null) =>
    write(store, lease, [{ id, expectedRev, record }])
  return {
    'a new client': () => put(fresh.id, 0, fresh),
    'a changed client': () => put(changed.id, 1, changed),
    'a deleted client': () => put(changed.id, 1, null),
    'a reject': () => putRejects(store, lease, [reject]),
    'a loss': () => putLosses(store, lease, [lossOf(lease, '2')]),
    'a loss in the place of another': () => putLosses(store, lease, [lossOf(lease, '1', { state: 'held' })]),
    'a loss that is settled': () => store.clients.write(lease, pageOf({ settled: ['1'] })),
    'a loss in another state': () => store.losses.mark(lease, ['1'], 'taken'),
    'a loss removed': () => store.losses.remove(lease, ['1']),
    'what others staged': () => store.losses.dropStale(lease, 'pass_2', lease.token + 9),
    'something seen': () => putSeen(store, lease, [seenOf('9', { setAside: 'stale' }), seenOf('8')]),
    'something no longer only seen': () => store.clients.write(lease, pageOf({ unseen: ['9'] })),
    'what was seen long ago': () => store.seen.prune(lease, -60_000, true),
    'a page’s progress': () => store.clients.write(lease, pageOf({ progress: { currentRunId: 'stale' } })),
    progress: () => store.leases.commit(lease, { currentRunId: 'stale', pass: null })
  }
}

async function everything(store: Store, { tenant, installationId, connectionId }: Lease, runId: string) {
  return {
    installation: await store.installations.get(tenant, installationId),
    clients: await store.clients.list(tenant, { connectionId }, first),
    loaded: (await store.clients.load(connectionId, ['1', '2'])).length,
    counts: await store.clients.counts(installationId),
    rejects: await store.rejects.list(tenant, runId, first),
    run: await store.runs.get(tenant, runId),
    losses: await store.losses.of(installationId, ['1', '2']),
    seen: (await store.seen.load(installationId, ['8', '9'])).sort((a, b) => (a.key < b.key ? -1 : 1))
  }
}
