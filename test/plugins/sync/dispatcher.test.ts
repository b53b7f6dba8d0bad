import t, { type Test } from 'tap'
import { CredentialsRejected } from '../../../plugins/connector/failures.ts'
import { newId } from '../../../plugins/entities/new-id.ts'
import type { Dispatcher } from '../../../plugins/sync/dispatcher.ts'
import { roomFor, sharesFor } from '../../../plugins/sync/shares.ts'
import { openWorkbench } from './workbench.ts'

const settled = () => new Promise(resolve => setTimeout(resolve, 20))

/** All its runs have ended, and what might hurry has had its time. */
async function idle(dispatcher: Dispatcher) {
  while (dispatcher.running > 0) await settled()
  for (let look = 0; look < 10; look++) await settled()
}

/** Runs that wait at their first page until they are let go, by installation. */
async function hanging(t: Test, change: { concurrency?: number } = {}) {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  let inside = 0
  let most = 0
  let began = 0
  const { promise: go, resolve: letGo } = Promise.withResolvers<void>()
  bench.ledger.beforePage = async (_page, context) => {
    began++
    most = Math.max(most, ++inside)
    const aborted = new Promise<void>(resolve => context.signal.addEventListener('abort', () => resolve()))
    // A request under way takes a moment to end.
    await Promise.race([go, aborted.then(() => new Promise(resolve => setTimeout(resolve, 100)))])
    inside--
    context.signal.throwIfAborted()
  }
  const dispatcher = bench.dispatcher(change)
  t.teardown(letGo)
  return { bench, dispatcher, letGo, most: () => most, began: () => began }
}

t.test('an installation that is stopped and started at once never runs twice', async t => {
  const { bench, dispatcher, letGo, most, began } = await hanging(t)
  const id = await bench.install('names')
  await dispatcher.tick()
  while (began() < 1) await settled()
  const change = async (how: object) => {
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, how)
  }
  await change({ wanted: 'stopped', fence: true, dueInMs: null })
  const stopped = dispatcher.abort(id, 'stopped')
  await change({ wanted: 'running', dueInMs: 0 })
  // The lease of the former run has to be over: whoever stops it takes it.
  for (let look = 0; look < 200 && began() < 2; look++) {
    await dispatcher.tick()
    await settled()
  }
  await stopped
  t.equal(most(), 1, 'the second waits for the end of the first')
  t.equal(dispatcher.running, 1, 'and the end of the first has left the second alone')
  letGo()
  t.match(await bench.ended(id), { status: 'succeeded' })
})

t.test('two of a connection that lose their leases at once and claim each other both end, and go on', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  const ids = [await bench.install('names'), await bench.install('contracts')]
  for (const id of ids) await bench.run(id)
  const { leases } = bench.store
  let isStalled = true
  let asked = 0
  const bothAsk = Promise.withResolvers<void>()
  const claimed: number[] = []
  const dispatcher = bench.dispatcher({
    leaseTtlMs: 1000,
    store: {
      ...bench.store,
      leases: {
        ...leases,
        tryRenew: (...how) => (isStalled ? new Promise(() => {}) : leases.tryRenew(...how)),
        async claimSiblings(...how) {
          if (!isStalled) return leases.claimSiblings(...how)
          if (++asked === ids.length) bothAsk.resolve()
          await bothAsk.promise
          // By then neither lease is held any more.
          await new Promise(resolve => setTimeout(resolve, 1500))
          const found = await leases.claimSiblings(...how)
          claimed.push(found.length)
          return found
        }
      }
    }
  })
  for (const id of ids) {
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 0 })
  }
  const before = await Promise.all(ids.map(async id => (await bench.runs(id)).length))
  await dispatcher.tick()
  while (claimed.length < ids.length) await settled()
  isStalled = false
  t.same(claimed, [1, 1], 'each has claimed the other')
  for (const [at, id] of ids.entries()) {
    let newest = (await bench.runs(id)).slice(before[at])
    for (let look = 0; look < 500 && newest.at(-1)?.status !== 'succeeded'; look++) {
      await dispatcher.tick()
      await settled()
      newest = (await bench.runs(id)).slice(before[at])
    }
    t.equal(newest.at(-1)?.status, 'succeeded', id)
  }
})

t.test('D7: runs of one tenant that hang in every place do not keep another tenant waiting', async t => {
  const { bench, dispatcher, began, most } = await hanging(t, { concurrency: 4 })
  for (let account = 0; account < 6; account++) await bench.install('names', { tenant: 'greedy' })
  await dispatcher.tick()
  while (began() < 4) await settled()
  t.equal(dispatcher.running, 4, 'alone it has all places')
  await bench.install('names', { tenant: 'patient' })
  dispatcher.poke()
  while (began() < 5) await settled()
  t.equal(most(), 5, 'it began beside all that hang: it waited for none of them')
  await settled()
  t.equal(began(), 5, 'and the greedy one gets no more')
})

t.test('shares: half of the places for a tenant, a quarter for an account, one at least', async t => {
  t.same(sharesFor(8, true), { perTenant: 4, perConnection: 2 })
  t.same(sharesFor(1, true), { perTenant: 1, perConnection: 1 })
  t.same(sharesFor(8, false), { perTenant: 8, perConnection: 8 })
  t.equal(roomFor(8, sharesFor(8, true), { tenants: { a: 8 }, connections: {} }), 4)
  t.equal(roomFor(8, sharesFor(8, true), { tenants: { a: 2, b: 3 }, connections: {} }), 3)
})

t.test('what a person asks for of a connection that is left alone is answered, and nothing hurries', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  bench.ledger.beforePage = () => {
    throw new CredentialsRejected('The vendor refuses the key.')
  }
  const id = await bench.install('names')
  await bench.run(id)
  let claims = 0
  const { leases } = bench.store
  const claimDue: typeof leases.claimDue = async (...how) => {
    const claimed = await leases.claimDue(...how)
    claims += claimed.length
    return claimed
  }
  const dispatcher = bench.dispatcher({ store: { ...bench.store, leases: { ...leases, claimDue } } })
  const { rev } = await bench.installation(id)
  const requested = { runId: newId('run'), mode: 'compare' as const }
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { requested, dueInMs: 0 })
  const asked = { ...(await bench.runs(id))[0]!, id: requested.runId, status: 'running' as const, token: 0 }
  await bench.store.runs.insert(asked)
  await dispatcher.tick()
  await idle(dispatcher)
  t.match(await bench.store.runs.get(bench.tenant, requested.runId), {
    status: 'failed',
    error: { code: 'HOST_ERR_CREDENTIALS_REJECTED' }
  })
  t.equal(claims, 1)
  const after = await bench.installation(id)
  t.match(after, { requested: null, leaseOwner: null })
  t.ok(after.dueAt! - Date.now() > 60_000 && after.compareDueAt - Date.now() > 60_000)
})

t.test('a decision that this process cannot carry out waits for one that can, and nothing hurries', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 20; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  await bench.run(id)
  for (let gone = 1; gone <= 12; gone++) bench.ledger.put(gone, { status: 'Inactive' })
  for (let n = 0; n < 3; n++) await bench.run(id)
  const { hold, rev } = await bench.installation(id)
  const decision = {
    ...{ verdict: 'reject' as const, revision: hold!.revision, kinds: null, by: 'someone' },
    at: bench.parts.now().toISOString()
  }
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { hold: { ...hold!, decision }, dueInMs: 0 })
  const { token } = await bench.installation(id)
  const dispatcher = bench.dispatcher({ connectors: new Map() })
  await dispatcher.tick()
  await idle(dispatcher)
  await dispatcher.tick()
  await idle(dispatcher)
  const left = await bench.installation(id)
  t.equal(left.token, token + 1, 'it was claimed once')
  t.match(left, { leaseOwner: null, hold: { decision }, attention: { code: 'HOST_ERR_CONNECTOR_NOT_LOADED' } })
  t.ok((await bench.store.leases.nextDueInMs())! > 30_000)
  const since = left.attention!.since
  await bench.store.installations.tryUpdate(bench.tenant, id, left.rev, { dueInMs: 0 })
  bench.ledger.clock += 60_000
  await dispatcher.tick()
  await idle(dispatcher)
  t.equal((await bench.installation(id)).attention?.since, since, 'it has needed that since then')

  await bench.run(id)
  t.equal((await bench.installation(id)).hold, null, 'who has the connector carries it out')
})

t.test('receipts that a crash has left open end with the next run, those of polls between pages too', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 30; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  await bench.run(id)
  const template = (await bench.runs(id))[0]!
  const claim = (await bench.store.leases.claimDue('crashed', 1, 1))[0]
  t.equal(claim, undefined)
  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 0 })
  const [crashed] = await bench.store.leases.claimDue('crashed', 1, 1)
  const open = ['compare', 'incremental'].map(mode => ({
    ...template,
    id: newId('run'),
    mode: mode as 'compare',
    status: 'running' as const,
    endedAt: null,
    token: crashed!.lease.token
  }))
  for (const run of open) await bench.store.runs.insert(run)
  await settled()
  await bench.run(id)
  for (const { id: runId } of open)
    t.match(await bench.store.runs.get(bench.tenant, runId), {
      status: 'interrupted',
      error: { code: 'HOST_ERR_INTERRUPTED' }
    })
})
