import t, { type Test } from 'tap'
import {
  CredentialsRejected,
  PermissionMissing,
  SourcePostponed,
  SourceUnavailable
} from '../../../plugins/connector/failures.ts'
import type { Run } from '../../../plugins/storage/port.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

/** A ledger of so many companies with a contact each, read once. */
export async function synced(t: Test, companies: number, syncType = 'names') {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= companies; id++) {
    bench.ledger.put(id)
    if (syncType === 'names') bench.ledger.contact(id * 10, id)
    else bench.ledger.agreement(id * 10, id)
  }
  const id = await bench.install(syncType)
  const [first] = await bench.run(id)
  return { bench, id, first: first! }
}

const addsUp = ({ counts }: Run) =>
  counts.read === counts.created + counts.updated + counts.unchanged + counts.leftOut + counts.setAside

t.test('a first run reads everything, and its receipt adds up to what the store has', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 25; id++) bench.ledger.put(id)
  bench.ledger.put(7, { name: null })
  const id = await bench.install('names')
  const [run, ...more] = await bench.run(id)
  t.same(more, [])
  t.match(run, { mode: 'full', status: 'succeeded', error: null, took: {}, notes: [] })
  t.match(run!.counts, { read: 25, created: 24, setAside: 1, held: 0 })
  t.ok(addsUp(run!))
  t.same(run!.reconciliation, {
    source: 25,
    store: 24,
    differences: [{ reason: 'set aside, see the rejects of this run', rule: null, count: 1 }]
  })
  const rejects = await bench.store.rejects.list(bench.tenant, run!.id, { limit: 10, cursor: null })
  t.match(rejects.items, [{ externalId: '7', reason: 'It has no name' }])
  t.equal((await bench.names()).length, 24)
  t.match(await bench.installation(id), {
    pass: null,
    lastPass: { runId: run!.id },
    poll: { mark: new Date(bench.ledger.clock).toISOString(), deepAt: null }
  })
})

t.test('a poll writes what changed, and nothing when nothing did', async t => {
  const { bench, id } = await synced(t, 12)
  const revs = async () => (await bench.store.clients.load(bench.connectionId, ['1', '2', '3'])).map(({ rev }) => rev)
  // What changed just before it was read is looked at once more.
  await bench.run(id)
  const before = await revs()
  const [idle] = await bench.run(id)
  t.match(idle, { mode: 'incremental', status: 'succeeded', counts: { read: 0 }, oldestLookSeconds: 60 })
  t.same(await revs(), before)

  bench.ledger.put(2, { name: 'Renamed' })
  bench.ledger.put(3, { status: 'Lost' })
  bench.ledger.put(99)
  const [busy] = await bench.run(id)
  t.match(busy!.counts, { read: 3, created: 1, updated: 1, leftOut: 1, inactivated: 1 })
  t.match(busy, { leftOutBy: { active: 1 }, took: { clients: 1 } })
  t.ok(addsUp(busy!))
  t.match(await bench.client(3), { status: 'inactive', statusReason: 'It is Lost' })
  t.same(await bench.rows(id), [])

  bench.ledger.put(3, { status: 'Active' })
  const [back] = await bench.run(id)
  t.match(back!.counts, { read: 1, updated: 1 })
  t.match(await bench.client(3), { status: 'active', statusReason: null })
})

t.test('a compare finds what vanished and what stopped matching without a word', async t => {
  const { bench, id } = await synced(t, 35)
  bench.ledger.remove(5)
  bench.ledger.remove(35)
  bench.ledger.companies.get(20)!.status = 'Lost'
  const [, run] = await bench.run(id, { compare: true })
  t.match(run, {
    mode: 'compare',
    status: 'succeeded',
    counts: { read: 32, unchanged: 32, gone: 2, inactivated: 1, leftOut: 0 },
    took: { clients: 3 }
  })
  t.ok(addsUp(run!))
  t.same(await bench.store.clients.counts(id), { active: 32, inactive: 1, gone: 2 })
  t.match(run!.reconciliation, { source: 32, store: 32, differences: [] })
  t.match(await bench.client(20), { statusReason: 'It is Lost' })
  t.match((await bench.installation(id)).taken, [{ kinds: { clients: 3 }, by: undefined }])
})

t.test('a vendor that is away costs one page: the next run goes on from the last saved one', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 45; id++) bench.ledger.put(id)
  let away = true
  bench.ledger.beforePage = (page, _context, by) => {
    if (by === 'pass' && page === 2 && away)
      throw new SourceUnavailable('It does not answer', { status: 503, retryAfterMs: 60_000 })
  }
  const id = await bench.install('names')
  const [failed] = await bench.run(id)
  t.match(failed, { status: 'failed', counts: { read: 20 } })
  const waiting = await bench.installation(id)
  t.ok(waiting.compareDueAt - Date.now() > 50_000, 'the vendor’s Retry-After is obeyed')
  t.match(waiting, { passFailures: 1, failures: 0, pass: { position: { after: 20 } } })

  const [polled] = await bench.run(id)
  t.match(polled, { mode: 'incremental', status: 'succeeded' }, 'polls do not wait for it')
  t.match(await bench.installation(id), { passFailures: 1, pass: { position: { after: 20 } } })

  away = false
  const [, run] = await bench.run(id, { compare: true })
  t.same(
    bench.ledger.reads.filter(({ by }) => by === 'pass').map(({ from }) => from),
    [0, 20]
  )
  t.match(run, { status: 'succeeded', mode: 'full', counts: { read: 45 } })
  t.ok(addsUp(run!))
  t.match(await bench.installation(id), { passFailures: 0, pass: null })
})

t.test('an account whose calls are used up is no failure: it goes on later', async t => {
  const { bench, id } = await synced(t, 5)
  bench.ledger.beforePage = () => {
    throw new SourcePostponed('The account’s calls are used up', 120_000)
  }
  const [run] = await bench.run(id)
  t.match(run, { status: 'postponed', error: { code: 'HOST_ERR_SOURCE_POSTPONED' } })
  const after = await bench.installation(id)
  t.match(after, { failures: 0, attention: null })
  t.ok(after.dueAt! - Date.now() > 100_000)
})

t.test('a missing right stays with the installation, is tried again, and is over once it works', async t => {
  const { bench, id } = await synced(t, 5)
  bench.ledger.beforePage = () => {
    throw new PermissionMissing('Tick the row')
  }
  t.match(await bench.run(id), [{ status: 'failed' }])
  const after = await bench.installation(id)
  t.match(after, { failures: 1, attention: { code: 'HOST_ERR_PERMISSION_MISSING', detail: 'Tick the row' } })
  t.ok(after.dueAt! - Date.now() > 10 * 60_000)
  bench.ledger.beforePage = () => {}
  await bench.run(id)
  t.match(await bench.installation(id), { failures: 0, attention: null })
})

t.test('two sync types write the same client without losing each other’s fields', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 200; id++) {
    bench.ledger.put(id)
    bench.ledger.contact(id * 10, id)
    bench.ledger.agreement(id * 10, id)
  }
  const names = await bench.install('names')
  const contracts = await bench.install('contracts')
  await bench.dispatcher().tick()
  await Promise.all([bench.ended(names), bench.ended(contracts)])
  const { items } = await bench.store.clients.list(bench.tenant, {}, { limit: 500, cursor: null })
  t.equal(items.length, 200)
  t.ok(items.every(({ parts, profile, agreements }) => parts.length === 2 && profile.emails[0] && agreements[0]))
})

t.test('an installation whose connector is not loaded here is left to others, and says so', async t => {
  const bench = await openWorkbench(t)
  const id = await bench.install('names')
  const dispatcher = bench.dispatcher({ connectors: new Map() })
  await dispatcher.tick()
  await dispatcher.close()
  t.match(await bench.installation(id), { leaseOwner: null, attention: { code: 'HOST_ERR_CONNECTOR_NOT_LOADED' } })
})

const refused = () => {
  throw new CredentialsRejected('The vendor refuses the key. Type new credentials.')
}
const connectionOf = async (bench: Workbench) => (await bench.store.connections.get(bench.tenant, bench.connectionId))!

t.test('refused credentials of an account that never worked stop the connection until a person acts', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  Object.assign(bench.ledger, { bendCounts: refused })
  const id = await bench.install('names')
  t.match(await bench.run(id), [{ status: 'failed', error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' } }])
  t.match(await connectionOf(bench), { trouble: { code: 'HOST_ERR_CREDENTIALS_REJECTED', tries: 1, retryAt: null } })
  t.equal((await bench.installation(id)).attention, null)
  t.same(await bench.run(id, { afterMs: 48 * 3600_000 }), [], 'nothing is asked')
  const other = await bench.install('contracts')
  t.same(await bench.run(other), [], 'nor for another sync type')
})

t.test('a refusal in the middle of a first import is tried again by itself', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 25; id++) bench.ledger.put(id)
  bench.ledger.beforePage = page => {
    if (page === 1) refused()
  }
  const id = await bench.install('names')
  t.match(await bench.run(id), [{ status: 'failed', counts: { read: 10 } }])
  t.match(await connectionOf(bench), { trouble: { tries: 1, retryAt: /T/ }, workedAt: /T/ })
  bench.ledger.beforePage = () => {}
  const runs = await bench.run(id, { afterMs: 10 * 60_000, compare: true })
  t.match(runs.at(-1), { mode: 'full', status: 'succeeded', counts: { read: 25 } })
})

t.test(
  'an account that has worked gets a second look some minutes later, then rare ones, and goes on by itself',
  async t => {
    const { bench, id } = await synced(t, 5)
    bench.ledger.beforePage = refused
    t.match(await bench.run(id), [{ status: 'failed' }])
    const { trouble } = await connectionOf(bench)
    const minutes = (Date.parse(trouble!.retryAt!) - bench.ledger.clock) / 60_000
    t.ok(minutes >= 4 && minutes <= 6)
    t.same(await bench.run(id), [])
    t.match(await bench.run(id, { afterMs: 6 * 60_000 }), [{ status: 'failed' }])
    t.match(await connectionOf(bench), { trouble: { tries: 2, since: trouble!.since } })
    t.same(await bench.run(id, { afterMs: 20 * 60_000 }), [])
    bench.ledger.beforePage = () => {}
    t.match(await bench.run(id, { afterMs: 60 * 60_000 }), [{ status: 'succeeded' }])
    t.match(await connectionOf(bench), { trouble: null, workedAt: new Date(bench.ledger.clock).toISOString() })
  }
)

t.test('a vendor that locks accounts is not tried again by itself', async t => {
  const { bench, id } = await synced(t, 5)
  bench.parts.connectors.get('ledger')!
  Object.assign(bench.ledger.connector, { locksAccounts: true })
  bench.ledger.beforePage = refused
  await bench.run(id)
  t.match(await connectionOf(bench), { trouble: { retryAt: null } })
})

t.test('credentials refused after somebody typed new ones are not held against the connection', async t => {
  const { bench, id } = await synced(t, 5)
  bench.ledger.beforePage = async () => {
    const { rev } = await connectionOf(bench)
    await bench.store.connections.tryUpdate(bench.tenant, bench.connectionId, rev, { display: { key: 'new' } })
    refused()
  }
  t.match(await bench.run(id), [{ status: 'failed' }])
  t.equal((await connectionOf(bench)).trouble, null)
  const after = await bench.installation(id)
  t.ok(after.dueAt! <= Date.now() + 100, 'and it goes on at once')
})

t.test('a name in the settings that means nothing asks a person, while polls go on with what it meant', async t => {
  const { bench, id } = await synced(t, 5)
  bench.ledger.types = { Client: '1' }
  const [polled, failed] = await bench.run(id, { compare: true })
  t.match(polled, { status: 'succeeded' })
  t.match(failed, { status: 'failed', error: { code: 'HOST_ERR_SETTING_UNRESOLVED' } })
  t.match(await bench.installation(id), {
    attention: { code: 'HOST_ERR_SETTING_UNRESOLVED' },
    resolved: { Customer: '1' }
  })
  bench.ledger.put(1, { name: 'Renamed' })
  t.match(await bench.run(id), [{ status: 'succeeded', counts: { updated: 1 } }])
  t.match(await bench.installation(id), { attention: { code: 'HOST_ERR_SETTING_UNRESOLVED' } })
})
