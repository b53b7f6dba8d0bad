import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { startHeartbeat } from '../../../plugins/sync/heartbeat.ts'
import { runInstallation } from '../../../plugins/sync/run.ts'
import { free, openWorkbench } from './workbench.ts'

t.test('a run that loses its lease in mid-page writes nothing more, and the newer run is whole', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 40; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  const [old] = await bench.store.leases.claimDue('old', 1, 1)
  let newer: Promise<unknown> | undefined
  bench.ledger.beforePage = async (page, _context, by) => {
    if (by !== 'pass' || page !== 2 || newer) return
    // The old holder pauses here past its lease; another host takes over and reads to the end.
    await new Promise(resolve => setTimeout(resolve, 20))
    const [claim] = await bench.store.leases.claimDue('new', 1, 60_000)
    t.equal(claim?.takenOver, true)
    newer = runInstallation(bench.parts, claim!, free)
    await newer
    bench.ledger.put(40, { name: 'Changed after the takeover' })
  }
  await t.rejects(runInstallation(bench.parts, old!, free), { code: 'HOST_ERR_LEASE_LOST' })
  t.notOk((await bench.names()).includes('Changed after the takeover'))
  t.equal((await bench.names()).length, 40)
  const passes = (await bench.runs(id)).filter(({ mode }) => mode === 'full')
  t.same(passes.map(({ status }) => status).sort(), ['interrupted', 'succeeded'])
})

t.test(
  'a takeover stamps unchanged records too, so that the old holder’s page is refused record by record',
  async t => {
    const bench = await openWorkbench(t)
    bench.ledger.put(1)
    const id = await bench.install('names')
    await runInstallation(bench.parts, (await bench.store.leases.claimDue('a', 1, 60_000))[0]!, free)
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 3_600_000, compareDueInMs: 0 })
    await bench.store.leases.claimDue('crashed', 1, 1)
    await new Promise(resolve => setTimeout(resolve, 10))
    const [claim] = await bench.store.leases.claimDue('b', 1, 60_000)
    await runInstallation(bench.parts, claim!, free)
    t.match((await bench.runs(id)).at(-1), { mode: 'compare', counts: { unchanged: 1 } })
    const [client] = await bench.store.clients.load(bench.connectionId, ['1'])
    t.equal(client?.parts[0]?.token, claim?.lease.token)
  }
)

t.test('stopping an installation fences its run: what it reads afterwards is not kept', async t => {
  const bench = await openWorkbench(t)
  for (let id = 1; id <= 40; id++) bench.ledger.put(id)
  const id = await bench.install('names')
  let stopped: Promise<void> | undefined
  bench.ledger.beforePage = async page => {
    if (page !== 2 || stopped) return
    const { rev } = await bench.installation(id)
    await bench.store.installations.tryUpdate(bench.tenant, id, rev, { wanted: 'stopped', fence: true, dueInMs: null })
    stopped = dispatcher.abort(id, 'stopped')
  }
  const dispatcher = bench.dispatcher()
  await dispatcher.tick()
  while (!stopped) await new Promise(resolve => setTimeout(resolve, 5))
  await stopped
  t.equal((await bench.names()).length, 20)
  t.match(await bench.installation(id), { wanted: 'stopped', dueAt: null, leaseUntil: null })
  await dispatcher.close()
})

t.test('what comes due between two ticks is claimed without waiting for the next', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  const id = await bench.install('names')
  const { leases } = bench.store
  let looks = 0
  // As if it came due just after the tick had looked.
  const claimDue: typeof leases.claimDue = async (...how) => (looks++ === 0 ? [] : leases.claimDue(...how))
  const dispatcher = bench.dispatcher({ store: { ...bench.store, leases: { ...leases, claimDue } } })
  await dispatcher.tick()
  t.equal(dispatcher.running, 0)
  t.match(await bench.ended(id), { status: 'succeeded' }, 'and nobody ticks again')
})

t.test('a host that cannot renew gives up before the lease ends', async t => {
  const bench = await openWorkbench(t)
  await bench.install('names')
  const [claim] = await bench.store.leases.claimDue('a', 1, 3000)
  const away = { ...bench.store.leases, tryRenew: () => Promise.reject(new Error('the store is away')) }
  const lost = new Promise<Error>(resolve => startHeartbeat(away, claim!.lease, 3000, resolve))
  // Timers that come late come in their order.
  const first = await Promise.race([lost, sleep(3000, 'the store would give it to another')])
  t.match(first, { code: 'HOST_ERR_LEASE_LOST' })
})

t.test('a lease that was taken away is noticed at the next beat', async t => {
  const bench = await openWorkbench(t)
  const id = await bench.install('names')
  const [claim] = await bench.store.leases.claimDue('a', 1, 600)
  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { fence: true })
  const reason = await new Promise<Error>(resolve => startHeartbeat(bench.store.leases, claim!.lease, 600, resolve))
  t.match(reason, { code: 'HOST_ERR_LEASE_LOST' })
})

t.test('a run whose process was blocked past its lease asks the vendor nothing more', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  const id = await bench.install('names')
  let refusal: unknown
  bench.ledger.beforePage = async (_page, context) => {
    if (refusal) return
    // No timer of this process runs meanwhile.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5100)
    refusal = await context.http.request({ url: 'https://ledger.example/' }).catch(error => error)
  }
  const dispatcher = bench.dispatcher({ leaseTtlMs: 5000 })
  const ticking = setInterval(() => void dispatcher.tick(), 100)
  t.teardown(() => clearInterval(ticking))
  await bench.ended(id)
  await dispatcher.close()
  t.match(refusal, { code: 'HOST_ERR_LEASE_LOST' })
  const passes = (await bench.runs(id)).filter(({ mode }) => mode === 'full')
  t.same(passes.map(({ status, source }) => [status, source.requests]).sort(), [
    ['interrupted', 0],
    ['succeeded', 0]
  ])
})

t.test('a process that was blocked while it claimed asks the vendor nothing past the lease', async t => {
  const bench = await openWorkbench(t)
  bench.ledger.put(1)
  const id = await bench.install('names')
  let refusal: unknown
  bench.ledger.beforePage = async (_page, context) => {
    refusal ??= await context.http.request({ url: 'https://ledger.example/' }).catch(error => error)
  }
  const claimDue: typeof bench.store.leases.claimDue = async (...values) => {
    if (refusal !== undefined) return []
    const claims = await bench.store.leases.claimDue(...values)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100)
    return claims
  }
  const store = { ...bench.store, leases: { ...bench.store.leases, claimDue } }
  const dispatcher = bench.dispatcher({ store, leaseTtlMs: 1000 })
  // Where a run does not come as far as a page before its heartbeat has noticed, the next one may.
  while (refusal === undefined) {
    await dispatcher.tick()
    await new Promise(resolve => setTimeout(resolve, 5))
  }
  await dispatcher.abort(id, 'the test has seen enough')
  await dispatcher.close()
  t.match(refusal, { code: 'HOST_ERR_LEASE_LOST' })
})

t.test('a second holder in the middle of taking away: nothing goes that it has found to be there again', async t => {
  const bench = await openWorkbench(t)
  const { ledger } = bench
  for (let id = 1; id <= 30; id++) ledger.put(id)
  const id = await bench.install('names')
  await bench.run(id)
  ledger.clock += 60_000
  for (const lost of [1, 2, 3]) ledger.put(lost, { status: 'Lost' })
  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { dueInMs: 0 })
  const [old] = await bench.store.leases.claimDue('old', 1, 1)
  let second: Promise<unknown> | undefined
  const { losses } = bench.store
  const mark: typeof losses.mark = async (lease, ids, state) => {
    await losses.mark(lease, ids, state)
    if (state !== 'passed' || second) return
    // The old holder stands still here, with everything let through; meanwhile the vendor has two of them again.
    await new Promise(resolve => setTimeout(resolve, 20))
    ledger.clock += 60_000
    for (const back of [1, 2]) ledger.put(back, { status: 'Active' })
    const [claim] = await bench.store.leases.claimDue('new', 1, 60_000)
    second = runInstallation(bench.parts, claim!, free)
    await second
  }
  const parts = { ...bench.parts, leaseTtlMs: 1, store: { ...bench.store, losses: { ...losses, mark } } }
  await t.rejects(runInstallation(parts, old!, free), { code: 'HOST_ERR_LEASE_LOST' })
  t.match(await Promise.all([1, 2, 3].map(one => bench.client(one))), [
    { status: 'active' },
    { status: 'active' },
    { status: 'inactive' }
  ])
  t.same(await bench.rows(id), [])
  t.match(await bench.installation(id), { hold: null, leaseOwner: null })
  const took = (await bench.runs(id)).map(({ took: { clients = 0 } }) => clients)
  t.equal(
    took.reduce((sum, count) => sum + count, 0),
    1
  )
})
