import t, { type Test } from 'tap'
import { CredentialsRejected, SourceUnavailable } from '../../../plugins/connector/failures.ts'
import type { Run } from '../../../plugins/storage/port.ts'
import { createDispatcher } from '../../../plugins/sync/dispatcher.ts'
import { openWorkbench } from './workbench.ts'

/** A ledger of so many entries, read once. */
async function synced(t: Test, entries: number) {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= entries; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  const dispatcher = createDispatcher(bench.parts)
  t.teardown(() => dispatcher.close())
  await dispatcher.tick()
  return { bench, id, dispatcher, first: await bench.ended(id) }
}

const addsUp = ({ counts }: Run) =>
  counts.read === counts.created + counts.updated + counts.unchanged + counts.leftOut + counts.setAside

t.test('a first run reads everything, and its receipt adds up to what the store has', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 25; id++) bench.ledger.put(id)
  bench.ledger.put(7, { name: null })
  const id = await bench.install('names')
  const dispatcher = createDispatcher(bench.parts)
  await dispatcher.tick()
  const run = await bench.ended(id)
  t.match(run, { mode: 'full', status: 'succeeded', error: null })
  t.match(run.counts, { read: 25, created: 24, setAside: 1 })
  t.ok(addsUp(run))
  t.same(run.reconciliation, {
    source: 25,
    store: 24,
    differences: [{ reason: 'set aside, see the rejects of this run', count: 1 }]
  })
  const rejects = await bench.store.rejects.list(bench.tenant, run.id, { limit: 10, cursor: null })
  t.match(rejects.items, [{ externalId: '7', reason: 'It has no name' }])
  t.equal((await bench.names()).length, 24)
  await dispatcher.close()
})

t.test('an incremental run writes what changed, and nothing when nothing did', async t => {
  const { bench, id, dispatcher, first } = await synced(t, 12)

  const again = async (after: Run) => {
    const before = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, before.rev, { dueInMs: 0 })
    await dispatcher.tick()
    return bench.ended(id, after.id)
  }
  const revs = async () => (await bench.store.clients.load(bench.connectionId, ['1', '2', '3'])).map(({ rev }) => rev)
  const before = await revs()
  const idle = await again(first)
  t.match(idle, { mode: 'incremental', status: 'succeeded', counts: { read: 0 } })
  t.same(await revs(), before)

  bench.ledger.put(2, { name: 'Renamed' })
  bench.ledger.put(3, { active: false })
  bench.ledger.put(99)
  const busy = await again(idle)
  t.match(busy.counts, { read: 3, created: 1, updated: 1, leftOut: 1, inactivated: 1 })
  t.same(busy.leftOutBy, { active: 1 })
  const [left] = await bench.store.clients.load(bench.connectionId, ['3'])
  t.match(left, { status: 'inactive', statusReason: 'It is not active' })

  bench.ledger.put(3, { active: true })
  const back = await again(busy)
  t.match(back.counts, { read: 1, updated: 1 })
  t.match(await bench.store.clients.load(bench.connectionId, ['3']), [{ status: 'active', statusReason: null }])
})

t.test('a compare finds what vanished and what stopped matching without a word', async t => {
  const { bench, id, dispatcher, first } = await synced(t, 35)

  bench.ledger.remove(5)
  bench.ledger.remove(35)
  bench.ledger.entries.get(20)!.active = false
  await request(bench, id, 'compare')
  await dispatcher.tick()
  const run = await bench.ended(id, first.id)
  t.match(run, { mode: 'compare', status: 'succeeded', counts: { gone: 2, inactivated: 1, leftOut: 1 } })
  t.ok(addsUp(run))
  t.same(await bench.store.clients.counts(id), { active: 32, inactive: 1, gone: 2 })
  t.match(run.reconciliation, { source: 32, store: 32, differences: [] })
})

t.test('a compare that would take away more than a fifth waits, and goes through once approved', async t => {
  const { bench, id, dispatcher, first } = await synced(t, 30)

  for (let lost = 1; lost <= 7; lost++) bench.ledger.remove(lost)
  await request(bench, id, 'compare')
  await dispatcher.tick()
  const held = await bench.ended(id, first.id)
  t.match(held, { status: 'awaiting-approval', error: { code: 'HOST_ERR_SWEEP_HELD' }, counts: { gone: 0 } })
  const waiting = await bench.installation(id)
  t.match(waiting, { approval: { removals: 7, of: 30, approved: null }, dueAt: null })
  t.equal((await bench.names()).length, 30)

  const approval = { ...waiting.approval!, approved: waiting.approval!.removals }
  await bench.store.installations.tryUpdate(bench.tenant, id, waiting.rev, { approval, dueInMs: 0 })
  await request(bench, id, 'compare')
  await dispatcher.tick()
  const applied = await bench.ended(id, held.id)
  t.match(applied, { status: 'succeeded', counts: { gone: 7 } })
  t.match(await bench.installation(id), { approval: null })
  t.equal((await bench.names()).length, 23)
})

t.test('a pass in which the vendor sent fewer records than it counts takes nothing away and begins again', async t => {
  const { bench, id, dispatcher, first } = await synced(t, 30)

  bench.ledger.hidden.add(30)
  await request(bench, id, 'compare')
  await dispatcher.tick()
  const run = await bench.ended(id, first.id)
  t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_INCOMPLETE' } })
  t.match(await bench.installation(id), { pass: null, failures: 1 })
  t.equal((await bench.names()).length, 30)
})

t.test('refused credentials stop the installation until a person acts', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 25; id++) bench.ledger.put(id)
  bench.ledger.beforePage = page => {
    if (page === 1) throw new CredentialsRejected('The vendor refuses the key. Type new credentials.')
  }
  const id = await bench.install('names')
  const dispatcher = createDispatcher(bench.parts)
  await dispatcher.tick()
  const run = await bench.ended(id)
  t.match(run, { status: 'failed', error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' }, counts: { read: 10 } })
  t.match(await bench.installation(id), { dueAt: null, attention: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } })
  await dispatcher.close()
})

t.test('credentials refused after somebody typed new ones are not held against the installation', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  bench.ledger.beforePage = async () => {
    if (bench.ledger.reads.length > 1) return
    const { rev } = (await bench.store.connections.get(bench.tenant, bench.connectionId))!
    await bench.store.connections.tryUpdate(bench.tenant, bench.connectionId, rev, { display: { key: 'new' } })
    throw new CredentialsRejected('The vendor refuses the key. Type new credentials.')
  }
  const id = await bench.install('names')
  const dispatcher = createDispatcher(bench.parts)
  await dispatcher.tick()
  let run = await bench.ended(id)
  if (run.status === 'failed') run = await bench.ended(id, run.id)
  t.equal(run.status, 'succeeded')
  const { items } = await bench.store.runs.list(bench.tenant, id, { limit: 10, cursor: null })
  t.match(items, [{ status: 'succeeded' }, { error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } }])
  t.match(await bench.installation(id), { attention: null })
  await dispatcher.close()
})

t.test('an installation whose connector is not loaded here is left to others, and says so', async t => {
  const bench = await openWorkbench(t)
  const id = await bench.install('names')
  const dispatcher = createDispatcher({ ...bench.parts, connectors: new Map() })
  await dispatcher.tick()
  await dispatcher.close()
  t.match(await bench.installation(id), { leaseOwner: null, attention: { code: 'HOST_ERR_CONNECTOR_NOT_LOADED' } })
})

t.test('a vendor that is away costs one page: the next run goes on from the last saved one', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 45; id++) bench.ledger.put(id)
  let away = true
  bench.ledger.beforePage = page => {
    if (page === 2 && away) throw new SourceUnavailable('It does not answer', { status: 503, retryAfterMs: 60_000 })
  }
  const id = await bench.install('names')
  const dispatcher = createDispatcher(bench.parts)
  await dispatcher.tick()
  const failed = await bench.ended(id)
  t.match(failed, { status: 'failed', counts: { read: 20 } })
  const waiting = await bench.installation(id)
  t.ok(waiting.dueAt! - Date.now() > 50_000, 'the vendor’s Retry-After is obeyed')

  away = false
  await bench.store.installations.tryUpdate(bench.tenant, id, waiting.rev, { dueInMs: 0 })
  await dispatcher.tick()
  const run = await bench.ended(id, failed.id)
  t.same(
    bench.ledger.reads.map(({ from }) => from),
    [undefined, 20]
  )
  t.match(run, { status: 'succeeded', continues: failed.id, counts: { read: 45, created: 45 } })
  t.ok(addsUp(run))
  await dispatcher.close()
})

t.test('two sync types write the same client without losing each other’s fields', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 200; id++) bench.ledger.put(id)
  const names = await bench.install('names')
  const sites = await bench.install('sites')
  const dispatcher = createDispatcher(bench.parts)
  await dispatcher.tick()
  await Promise.all([bench.ended(names), bench.ended(sites)])
  const { items } = await bench.store.clients.list(bench.tenant, {}, { limit: 500, cursor: null })
  t.equal(items.length, 200)
  t.ok(items.every(({ parts, profile }) => parts.length === 2 && profile.websites.length === 1))
  await dispatcher.close()
})

async function request(bench: Awaited<ReturnType<typeof openWorkbench>>, id: string, mode: 'sync' | 'compare') {
  const { rev } = await bench.installation(id)
  const runId = `run_asked_${rev}_${mode}`
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { requested: { runId, mode }, dueInMs: 0 })
}
