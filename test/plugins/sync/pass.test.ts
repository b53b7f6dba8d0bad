import t from 'tap'
import { SourceUnavailable } from '../../../plugins/connector/failures.ts'
import type { Run } from '../../../plugins/storage/port.ts'
import { openWorkbench } from './workbench.ts'

const minute = 60_000

t.test('a poll that is due goes between two pages of a pass, with its own receipt', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 45; id++) ledger.put(id)
  const id = await bench.install('names', { everyMs: 1 })
  const seen: (string | undefined)[] = []
  ledger.beforePage = async (page, _context, by) => {
    if (by === 'poll') return
    seen.push((await bench.store.clients.load(bench.connectionId, ['1']))[0]?.profile.name)
    if (page === 2) {
      ledger.clock += minute
      ledger.put(1, { name: 'Renamed while the pass reads' })
    }
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  const runs = await bench.run(id)
  const pass = runs.at(-1)!
  const polls = runs.slice(0, -1)
  t.match(pass, { mode: 'full', status: 'succeeded', counts: { read: 45, updated: 0 } })
  t.equal(
    runs.reduce((sum, { counts }) => sum + counts.created, 0),
    45
  )
  t.ok(polls.length >= 2)
  t.ok(polls.every(({ mode, status }) => mode === 'incremental' && status === 'succeeded'))
  t.equal(
    polls.reduce((sum, { counts }) => sum + counts.updated, 0),
    1
  )
  t.equal(seen.at(-1), 'Renamed while the pass reads', 'before the pass has come to its end')
  t.match(await bench.installation(id), { pass: null, currentRunId: null, lastRunId: pass.id })
})

t.test('what a person asks for while a pass reads does not wait for its end', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 45; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  bench.ledger.beforePage = async (page, _context, by) => {
    if (by === 'poll' || page !== 2) return
    const { rev } = await bench.installation(id)
    const requested = { runId: 'run_asked', mode: 'sync' as const }
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { requested, dueInMs: 0 })
    await new Promise(resolve => setTimeout(resolve, 1100))
  }
  const [asked, pass] = await bench.run(id)
  t.match(asked, { id: 'run_asked', mode: 'incremental', status: 'succeeded' })
  t.match(pass, { mode: 'full', status: 'succeeded' })
  t.match(await bench.installation(id), { requested: null })
})

t.test('a poll that fails between two pages does not stop the pass', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 45; id++) bench.ledger.put(id)
  const id = await bench.install('names', { everyMs: 1 })
  bench.ledger.beforePage = async (_page, _context, by) => {
    await new Promise(resolve => setTimeout(resolve, 5))
    if (by === 'poll') throw new SourceUnavailable('away')
  }
  const runs = await bench.run(id)
  t.match(runs.at(-1), { mode: 'full', status: 'succeeded' })
  t.match(runs[0], { mode: 'incremental', status: 'failed' })
  t.match(await bench.installation(id), { passFailures: 0 })
  t.ok((await bench.installation(id)).failures >= 1)
})

t.test('D3: a list that never fits its count is begun again twice, then taken as it came, and says so', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 20; id++) {
    ledger.put(id)
    ledger.contact(id * 10, id)
  }
  const id = await bench.install('names')
  await bench.run(id)
  ledger.bendCounts = counts => ({ ...counts, companies: counts.companies! + 1 })
  ledger.remove(3)
  ledger.contacts.delete(40)
  ledger.companies.get(5)!.name = 'Renamed without a word'
  for (const count of [1, 2]) {
    const [poll, pass] = await bench.run(id, { compare: true })
    t.match(poll, { status: 'succeeded' })
    t.match(pass, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_INCOMPLETE' }, took: {} })
    t.match(await bench.installation(id), { pass: null, passFailures: count, misfits: { count } })
    t.same(await bench.rows(id), [], 'what was missing does not wait')
  }
  const [, third] = await bench.run(id, { compare: true })
  t.match(third, { status: 'succeeded', took: {}, counts: { gone: 0 } })
  t.match(third!.notes, [/companies: the vendor counts 20 and sent 19/])
  t.match(await bench.installation(id), { pass: null, passFailures: 0, misfits: { count: 3 } })
  t.equal((await bench.names()).length, 20, 'the vanished one is kept')
  t.equal((await bench.client(4)).profile.emails.length, 1)
  t.equal((await bench.client(5)).profile.name, 'Renamed without a word', 'and what came is there')
  t.match(
    (await bench.run(id, { compare: true })).at(-1),
    { status: 'succeeded', notes: [/kept/] },
    'later ones at once'
  )

  ledger.bendCounts = counts => counts
  const [, last] = await bench.run(id, { compare: true })
  t.match(last, { status: 'succeeded', notes: [], took: { clients: 1, emails: 1 } })
  t.match(await bench.installation(id), { misfits: null })
})

t.test('a list of children that brings fewer than are counted is no complete pass either', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 20; id++) {
    ledger.put(id)
    ledger.contact(id * 10, id)
  }
  const id = await bench.install('names')
  await bench.run(id)
  ledger.bend = (rows, { list, by }) => (list === 'contacts' && by === 'pass' ? rows.slice(0, -1) : rows)
  const [, run] = await bench.run(id, { compare: true })
  t.match(run, { status: 'failed', error: { detail: /^contacts: the vendor counts 20 and sent 18/ } })
})

t.test('what vanishes while a pass reads is no misfit: the smaller of two counts is what has to come', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 25; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  bench.ledger.beforePage = (page, _context, by) => {
    if (by === 'pass' && page === 1) for (const gone of [21, 22]) bench.ledger.remove(gone)
    if (by === 'pass' && page === 2) bench.ledger.put(99)
  }
  t.match(await bench.run(id), [{ status: 'succeeded', counts: { read: 24 } }])
})

t.test('a pass that has become too old begins anew, and what it had staged is looked at anew', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 35; id++) ledger.put(id)
  const id = await bench.install('names')
  await bench.run(id)
  let away = true
  ledger.beforePage = (page, _context, by) => {
    if (by === 'pass' && page === 2 && away) throw new SourceUnavailable('away')
  }
  ledger.companies.get(4)!.status = 'Lost'
  await bench.run(id, { compare: true })
  t.match(await bench.rows(id), [{ externalId: '4', state: 'staged' }])
  const before = (await bench.installation(id)).pass!
  ledger.companies.get(4)!.status = 'Active'
  away = false
  const [, run] = await bench.run(id, { compare: true, afterMs: 25 * 3600_000 })
  t.match(run, { status: 'succeeded', counts: { read: 35 }, took: {} })
  t.not(before.id, undefined)
  t.same(await bench.rows(id), [])
  t.same((await bench.part(4, id))?.open, [])
})

t.test('counts of a pass over several runs add up, and a page that is repeated is not counted twice', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 45; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  let failures = 0
  const { store } = bench
  const write: typeof store.clients.write = async (lease, page) => {
    const result = await store.clients.write(lease, page)
    // The page is there, and its writer does not learn of it.
    if (failures++ === 2) throw new Error('the process ended here')
    return result
  }
  const broken = { ...store, clients: { ...store.clients, write } }
  const [cut] = await bench.run(id, { store: broken })
  t.match(cut, { status: 'failed', counts: { read: 20 } })
  const [, run] = await bench.run(id, { compare: true })
  t.match(run, { status: 'succeeded', counts: { read: 45 } })
  const { counts } = run!
  t.equal(counts.created + counts.updated + counts.unchanged, 45)
})

t.test('closing interrupts a run, frees its lease at once, and another process goes on from its page', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 60; id++) bench.ledger.put(id)
  let reached: () => void
  const third = new Promise<void>(resolve => {
    reached = resolve
  })
  let reads = 0
  bench.ledger.beforePage = async (page, context, by) => {
    if (by !== 'pass' || page !== 3 || reads++ > 0) return
    reached()
    await new Promise((_, reject) => context.signal.addEventListener('abort', () => reject(context.signal.reason)))
  }
  const id = await bench.install('names')
  const one = bench.dispatcher()
  await one.tick()
  await third
  await one.close()
  t.match(await bench.installation(id), { leaseOwner: null, pass: { position: { after: 30 } }, passFailures: 0 })
  const interrupted = (await bench.installation(id)).lastRunId
  await bench.dispatcher().tick()
  const run: Run = await bench.ended(id, interrupted)
  t.match(run, { status: 'succeeded', continues: interrupted, counts: { read: 60, created: 60 } })
})
