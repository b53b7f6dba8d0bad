/** Polls of the schedule that found nothing: one row for an installation and day. */
import t from 'tap'
import { newId } from '../../../plugins/entities/new-id.ts'
import { runInstallation } from '../../../plugins/sync/run.ts'
import { claimOf, free, openWorkbench, type Workbench } from './workbench.ts'

async function stored(bench: Workbench, id: string) {
  return (await bench.store.runs.list(bench.tenant, id, { limit: 100, cursor: null })).items
}

t.test('polls without news are one row for a day, with their number, times and requests', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  const id = await bench.install('names')
  await bench.run(id)
  const [first] = await stored(bench, id)
  t.match(first, { mode: 'full', status: 'succeeded' })
  const quiet = []
  for (let n = 0; n < 4; n++) quiet.push(...(await bench.run(id)))
  t.match(quiet, Array(4).fill({ mode: 'incremental', status: 'succeeded' }))
  const [pass, row, ...more] = await stored(bench, id)
  t.same(more, [])
  t.equal(pass!.id, first!.id, 'the receipts of the day stand before its row')
  t.match(row, {
    mode: 'incremental',
    status: 'succeeded',
    startedAt: quiet[0]!.startedAt,
    endedAt: quiet[3]!.endedAt,
    counts: { read: quiet.reduce((sum, run) => sum + run.counts.read, 0), created: 0, updated: 0 },
    source: { requests: quiet.reduce((sum, run) => sum + run.source.requests, 0) },
    folded: { runs: 4, last: quiet[3]!.id }
  })
  t.equal((await bench.installation(id)).lastRunId, row!.id)
  await bench.run(id, { afterMs: 86_400_000 })
  const days = (await stored(bench, id)).flatMap(({ folded, startedAt }) =>
    folded ? [[startedAt.slice(0, 10), folded.runs]] : []
  )
  t.same(days, [
    ['2026-03-02', 1],
    ['2026-03-01', 4]
  ])
})

t.test('what changed, held, set aside or failed something, and what a person asked for, keeps its own', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  ledger.put(1)
  const id = await bench.install('names')
  await bench.run(id)
  const own = async (words: string) => {
    const before = (await stored(bench, id)).length
    const [run] = await bench.run(id)
    const after = await stored(bench, id)
    t.equal(after.length, before + 1, words)
    t.same(
      after.find(one => one.id === run!.id),
      run,
      words
    )
    return run!
  }
  ledger.put(1, { name: 'Renamed' })
  t.match(await own('a change'), { counts: { updated: 1 } })
  ledger.put(3)
  ledger.contact(30, 3)
  await own('a new client')
  ledger.contacts.delete(30)
  ledger.put(3)
  t.match(await own('an address taken away'), { counts: { updated: 0 }, took: { emails: 1 } })
  ledger.put(2, { name: null })
  t.match(await own('a record set aside'), { counts: { setAside: 1 } })
  ledger.beforePage = () => {
    throw new TypeError('made to fail')
  }
  t.match(await own('a failure'), { status: 'failed' })
  ledger.beforePage = () => {}

  const requested = { runId: newId('run'), mode: 'sync' as const }
  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 0, requested })
  await runInstallation(bench.parts, await claimOf(bench.store, id), free)
  const asked = await bench.store.runs.get(bench.tenant, requested.runId)
  t.match(asked, { mode: 'incremental', status: 'succeeded', counts: { created: 0, updated: 0 } })
  t.notOk(asked!.folded, 'its id answers whoever asked for it')
})

t.test('an old hold is no news, its beginning is', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 20; id++) ledger.put(id)
  const id = await bench.install('names')
  await bench.run(id)
  for (let gone = 1; gone <= 12; gone++) ledger.put(gone, { status: 'Inactive' })
  const runs = []
  for (let n = 0; n < 6; n++) runs.push(...(await bench.run(id)))
  const held = runs.filter(run => run.counts.held > 0)
  t.ok(held.length > 2, `${held.length} of ${runs.length} have seen the hold`)
  const all = await stored(bench, id)
  const rows = all.filter(run => run.folded)
  t.equal(rows.length, 1)
  t.match(rows[0], { counts: { held: 12 } }, 'the row says how many wait now, not how often it was said')
  t.same(
    all.filter(run => held.some(one => one.id === run.id)).map(run => run.id),
    [held[0]!.id]
  )
})

t.test('a process that ends at any write of a quiet poll leaves it told once', async t => {
  for (let nth = 1; ; nth++) {
    const bench = await openWorkbench(t)
    bench.ledger.put(1)
    const id = await bench.install('names')
    await bench.run(id)
    await bench.run(id)
    const { breakingStore } = await import('../../model/breaking-store.ts')
    const broken = breakingStore(bench.store, nth, 'killed after', 0)
    await bench.run(id, { store: broken.store }).catch(() => {})
    if (broken.broken === null) break
    // The lease of the process that is gone runs out.
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { fence: true, dueInMs: 0 })
    const [, ...after] = [null, ...(await bench.run(id))]
    t.match(after.at(-1), { status: 'succeeded' }, `${broken.broken} ${nth}`)
    const all = await stored(bench, id)
    t.same(
      all.filter(({ status }) => status === 'running'),
      [],
      `${broken.broken} ${nth}: no receipt stays open`
    )
    const told = all.flatMap(run => Array(run.folded?.runs ?? 1).fill(run.status))
    t.equal(
      told.filter(status => status === 'succeeded').length + told.filter(status => status === 'interrupted').length,
      told.length
    )
    // The pass, the poll before, the one that was cut if it had begun, the one after.
    t.ok(told.length === 3 || told.length === 4, `${broken.broken} ${nth}: ${told}`)
  }
})
