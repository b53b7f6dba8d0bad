import type { Test } from 'tap'
import { idFor } from '../../../plugins/entities/new-id.ts'
import type { Run } from '../../../plugins/storage/port.ts'
import {
  all,
  at,
  badCursor,
  first,
  installationOf,
  leased,
  noCounts,
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

  await t.test('runs of a day that found nothing become one row, wherever that was cut and repeated', async t => {
    const { store } = await open(t)
    const { runs } = store
    const lease = await leased(store)
    const list = async () => (await runs.list('acme', lease.installationId, first)).items
    const quiet = async (second: number, change: Partial<Run> = {}): Promise<Run> => {
      const startedAt = at(second)
      const run = runOf(lease, { id: idFor('run', Date.parse(startedAt), String(second)), startedAt })
      await runs.insert(run)
      const source = { count: null, requests: 3, counted: 4, share: 0.5, throttled: 1, bytes: 100 }
      const counts = { ...noCounts, read: 5, unchanged: 2, leftOut: 3, held: 1 }
      const leftOutBy = { 'type.is-customer': 3 }
      return { ...run, status: 'succeeded', endedAt: at(second + 1), counts, leftOutBy, source, ...change }
    }
    const one = await quiet(1)
    const row = await runs.fold(one)
    t.ok(row && row < one.id, 'it stands before the other receipts of its day')
    t.same(await list(), [{ ...one, id: row, folded: { runs: 1, last: one.id } }])
    t.equal(await runs.get('acme', one.id), null, 'its own receipt has gone')
    const two = await quiet(10, { source: { ...one.source, share: 0.25 } })
    t.equal(await runs.fold(two), row)
    t.equal(await runs.fold(two), row, 'repeated, it is there once')
    await runs.insert(two)
    t.equal(await runs.fold(two), row, 'and a receipt that was still to go, goes')
    const counts = { ...two.counts, read: 10, unchanged: 4, leftOut: 6, held: 1 }
    const source = { count: null, requests: 6, counted: 8, share: 0.5, throttled: 2, bytes: 200 }
    const sums = { counts, source, leftOutBy: { 'type.is-customer': 6 }, progress: { read: 10, expected: null } }
    const folded = { ...two, ...sums, id: row, startedAt: one.startedAt, folded: { runs: 2, last: two.id } }
    t.same(await list(), [folded])

    const own = runOf(lease, { id: idFor('run', Date.parse(at(20)), 'own'), startedAt: at(20) })
    await runs.insert(own)
    t.same(
      (await list()).map(({ id }) => id),
      [own.id, row]
    )
    const stale = await quiet(30)
    await runs.trySave({ ...stale, status: 'interrupted', token: lease.token + 1 })
    t.equal(await runs.fold(stale), null, 'a run that has lost its lease changes nothing')
    t.match(await runs.get('acme', stale.id), { status: 'interrupted' })
    const next = await quiet(40, { token: lease.token + 1 })
    t.equal(await runs.fold(next), row)
    const late = await quiet(50)
    t.equal(await runs.fold(late), late.id, 'what comes after a newer one stays by itself')
    t.same(await runs.get('acme', late.id), late)
    t.match(await runs.get('acme', row!), { counts: { read: 15 }, folded: { runs: 3, last: next.id } })
    const tomorrow = await quiet(0, { startedAt: '2027-01-02T03:04:05.000Z', endedAt: '2027-01-02T03:04:06.000Z' })
    t.not(await runs.fold(tomorrow), row, 'another day has another row')

    const other = await leased(store)
    const theirs = { ...one, id: runOf(other).id, installationId: other.installationId, token: other.token }
    await runs.insert(theirs)
    t.not(await runs.fold(theirs), row, 'and so has another installation')
  })

  await t.test('of many that fold at once into one row each is in it once', async t => {
    const { store } = await open(t)
    const lease = await leased(store)
    const many = Array.from({ length: 8 }, () => runOf(lease, { status: 'succeeded', endedAt: at(1) }))
    for (const run of many) await store.runs.insert({ ...run, status: 'running', endedAt: null })
    const rows = new Set(await Promise.all(many.map(run => store.runs.fold(run))))
    t.equal(rows.size, 1)
    const { items } = await store.runs.list('acme', lease.installationId, first)
    t.match(items, [{ folded: { runs: many.length } }])
    t.equal(items.length, 1)
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
