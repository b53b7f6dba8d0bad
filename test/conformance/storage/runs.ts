import type { Test } from 'tap'
import {
  all,
  at,
  badCursor,
  first,
  installationOf,
  leased,
  noCursors,
  type Open,
  putRejects,
  runOf
} from './fixtures.ts'

export async function runCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { runs } = store
  const lease = await leased(store)

  await t.test('a run comes back as it was put, and putting it again changes nothing', async t => {
    const run = runOf(lease, { leftOutBy: { 'type.is-customer': 3 } })
    await runs.insert(run)
    await runs.insert({ ...run, status: 'failed' })
    t.same(await runs.get('acme', run.id), run)
  })

  await t.test('a run is replaced unless the stored one has a larger token', async t => {
    const run = runOf(lease, { token: 5 })
    await runs.insert(run)
    const same = { ...run, status: 'succeeded', endedAt: at(9) } as const
    t.equal(await runs.trySave(same), true)
    t.same(await runs.get('acme', run.id), same)
    const newer = { ...run, token: 6, progress: { read: 4, expected: 9 } }
    t.equal(await runs.trySave(newer), true)
    t.equal(await runs.trySave(same), false)
    t.same(await runs.get('acme', run.id), newer)
  })

  await t.test('a run that is not there is not saved', async t => {
    const run = runOf(lease)
    t.equal(await runs.trySave(run), false)
    t.equal(await runs.get('acme', run.id), null)
  })

  await t.test('another tenant sees no run', async t => {
    const run = runOf(lease)
    await runs.insert(run)
    t.equal(await runs.get('other', run.id), null)
    t.same((await runs.list('other', lease.installationId, first)).items, [])
    t.equal(await runs.trySave({ ...run, tenant: 'other', status: 'failed' }), false)
    t.same(await runs.get('acme', run.id), run)
  })

  await t.test('a list is newest first, of one installation, and stays whole while runs are added', async t => {
    const own = installationOf()
    const made = Array.from({ length: 5 }, () => runOf({ tenant: 'acme', installationId: own.id, token: 1 }))
    for (const run of made) await runs.insert(run)
    const newestFirst = made.toReversed()
    const page = await runs.list('acme', own.id, { limit: 2, cursor: null })
    await runs.insert(runOf({ tenant: 'acme', installationId: own.id, token: 1 }))
    const rest = await all(2, ({ limit, cursor }) =>
      runs.list('acme', own.id, { limit, cursor: cursor ?? page.nextCursor })
    )
    t.same([...page.items, ...rest], newestFirst)
    for (const cursor of noCursors) await t.rejects(runs.list('acme', own.id, { limit: 1, cursor }), badCursor, cursor)
  })

  await t.test(
    'pruning deletes old ended runs with their rejects, but of each installation keeps the last',
    async t => {
      const { store } = await open(t)
      const lease = await leased(store)
      const ended = { status: 'succeeded', endedAt: new Date().toISOString() } as const
      const [old, older, last, running] = [runOf(lease), runOf(lease), runOf(lease), runOf(lease)]
      for (const run of [old, older, last, running]) await store.runs.insert(run)
      for (const run of [old, older, last]) await store.runs.trySave({ ...run, ...ended })
      const reject = { key: 'k', externalId: null, reason: 'broken', payload: null, at: at() }
      await putRejects(store, lease, [
        { ...reject, runId: old.id },
        { ...reject, runId: last.id }
      ])
      await store.leases.tryRelease(lease, { dueInMs: null, lastRunId: last.id, failures: 0 })
      t.equal(await store.runs.prune(3_600_000, 10), 0, 'nothing is that old')
      t.equal(await store.runs.prune(0, 1), 1)
      t.equal(await store.runs.prune(0, 10), 1)
      t.equal(await store.runs.prune(0, 10), 0)
      t.same(
        (await store.runs.list('acme', lease.installationId, first)).items.map(run => run.id),
        [running.id, last.id]
      )
      t.same((await store.rejects.list('acme', old.id, first)).items, [])
      t.equal((await store.rejects.list('acme', last.id, first)).items.length, 1)
    }
  )
}
