/** Claims due installations and runs them, so many at once, until it is closed. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { unlessAborted } from '../outbound/unless-aborted.ts'
import type { Claim, Lease } from '../storage/port.ts'
import type { Held, RunParts } from './desk.ts'
import { noEngineEvents } from './events.ts'
import { startHeartbeat } from './heartbeat.ts'
import { Interruption } from './outcome.ts'
import { runInstallation } from './run.ts'
import { type Busy, roomFor, type Shares, sharesFor } from './shares.ts'

export interface Dispatcher {
  /** Claims and starts what is due, as far as there is room, and what comes due before the next tick, a second later. Never throws. */
  tick(): Promise<void>
  /** Looks for due work now instead of at the next tick. */
  poke(): void
  /** Aborts this process's runs of the installation, if there are any, and resolves when they have ended. */
  abort(installationId: string, reason: string): Promise<void>
  /** Runs under way in this process. */
  readonly running: number
  /** Claims nothing more, interrupts what runs (each keeps its last page) and waits for it. */
  close(): Promise<void>
}

/** Between two looks for what comes due, at least and at most: what is later than that is left to the next tick. */
const SOONEST_MS = 50
const LATEST_MS = 1000
/** How often the store's clock is looked at, in case somebody sets it back. */
const CLOCK_MS = 10_000
/** How long it is taken for granted that there are several tenants. */
const SEVERAL_MS = 60_000

export interface DispatcherOptions extends RunParts {
  /** Runs at once in this process. */
  readonly concurrency: number
}

/** One claim in this process's hands: known by its lease, as its installation may have been claimed anew meanwhile. */
interface Running {
  readonly lease: Lease
  abort(reason: Error): void
  readonly ended: Promise<void>
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, concurrency, leaseTtlMs, events = noEngineEvents } = options
  // A cloned disk or a reused host name must not make two processes one owner.
  const owner = `${hostname()}/${process.pid}/${randomUUID()}`
  const runs = new Set<Running>()
  let closing = false
  let looking: Promise<void> | null = null
  let lookAgain = false
  let alarm: NodeJS.Timeout | undefined
  let claimed = 0
  let severalUntil = Number.NEGATIVE_INFINITY
  let clockKeptAt = Number.NEGATIVE_INFINITY
  /** Grows while other hosts are there first: many hosts do not all look at each due time, nor at the same moment. */
  let patienceMs = SOONEST_MS

  /** Keeps a claim's lease until `done`. @param claimedAt ms of performance.now() */
  function hold(claim: Claim, claimedAt: number): Held {
    const { lease, installation, takenOver } = claim
    const { connector, syncType } = installation
    events.leaseClaimed({ connector, syncType }, { takenOver, lateMs: lateness(claim, leaseTtlMs) })
    const aborter = new AbortController()
    const { promise: ended, resolve } = Promise.withResolvers<void>()
    const heartbeat = startHeartbeat(store.leases, lease, leaseTtlMs, reason => aborter.abort(reason), claimedAt)
    const running: Running = { lease, abort: reason => aborter.abort(reason), ended }
    runs.add(running)
    if (closing) running.abort(new Interruption('the process is ending', true))
    return {
      claim,
      grip: { signal: aborter.signal, assertHeld: heartbeat.assertHeld },
      done() {
        heartbeat.stop()
        runs.delete(running)
        resolve()
      }
    }
  }

  function start(held: Held): void {
    const { claim, grip } = held
    const { installationId } = claim.lease
    void formerEnded(claim.lease)
      .then(() => runInstallation(options, claim, grip, { siblings: withinMs => siblingsOf(held, withinMs) }))
      .then(() => true)
      .catch(error => {
        // Who stops an installation takes its lease, and then tells this process: that is no loss.
        const told = grip.signal.reason instanceof Interruption
        const { connector, syncType } = claim.installation
        if (error?.code === 'HOST_ERR_LEASE_LOST' && !told) events.leaseLost({ connector, syncType })
        log.warn({ err: error, installation: installationId }, 'run ended without an outcome')
        return false
      })
      .then(hasOutcome => {
        held.done()
        // A request may have been put on the desk while it ran, and a place is free. After a fault the next tick looks.
        if (hasOutcome) poke()
      })
  }

  async function siblingsOf({ claim, grip }: Held, withinMs: number): Promise<Held[]> {
    if (closing) return []
    const claimedAt = performance.now()
    const claims = await store.leases.claimSiblings(owner, claim.lease, withinMs, leaseTtlMs)
    const held = claims.map(one => hold(one, claimedAt))
    // Where a stall has cost two of them their leases each may have claimed the other: both are told, and neither waits on.
    try {
      await unlessAborted(Promise.all(claims.map(one => formerEnded(one.lease))), grip.signal)
      return held
    } catch {
      for (const one of held) {
        await store.leases.giveBack(one.claim).catch(() => {})
        one.done()
      }
      return []
    }
  }

  /** A run that was stopped may still be ending when its installation is claimed anew: never two at once here. */
  async function formerEnded(of: Lease): Promise<void> {
    const former = runsOf(of.installationId).filter(({ lease }) => lease.token < of.token)
    await Promise.all(former.map(run => run.ended))
  }

  const runsOf = (installationId: string) => [...runs].filter(({ lease }) => lease.installationId === installationId)

  function busy(): Busy {
    const counts: { tenants: Record<string, number>; connections: Record<string, number> } = {
      tenants: {},
      connections: {}
    }
    for (const { lease } of runs) {
      counts.tenants[lease.tenant] = (counts.tenants[lease.tenant] ?? 0) + 1
      counts.connections[lease.connectionId] = (counts.connections[lease.connectionId] ?? 0) + 1
    }
    return counts
  }

  /** Whoever was alone is not asked for his places before there is somebody to have them. */
  async function shares(): Promise<Shares> {
    if (performance.now() > severalUntil && (await store.leases.hasSeveralTenants()))
      severalUntil = performance.now() + SEVERAL_MS
    return sharesFor(concurrency, performance.now() <= severalUntil)
  }

  async function look(): Promise<void> {
    do {
      lookAgain = false
      if (closing) return
      const share = await shares()
      const room = roomFor(concurrency, share, busy())
      if (room <= 0) return
      const claimedAt = performance.now()
      const claims = await store.leases.claimDue(owner, room, leaseTtlMs, { ...share, busy: busy() })
      claimed += claims.length
      for (const claim of claims) start(hold(claim, claimedAt))
      if (claims.length === room) return
    } while (lookAgain)
  }

  /** One look at a time; whoever asks meanwhile has another one follow. */
  async function lookOnce(): Promise<void> {
    if (closing) return
    if (looking) {
      lookAgain = true
      return looking
    }
    looking = look()
      .catch(error => log.warn({ err: error }, 'due work could not be claimed'))
      .finally(() => {
        looking = null
      })
    return looking
  }

  /** Never throws. */
  async function keepClock(): Promise<void> {
    if (closing || performance.now() - clockKeptAt < CLOCK_MS) return
    clockKeptAt = performance.now()
    const back = await store.leases.keepClock().catch(error => {
      log.warn({ err: error }, 'the clock could not be kept')
      return 0
    })
    if (back > 0) log.warn({ ms: back }, 'the clock was set back; what waits for a time waits for as much earlier')
  }

  async function tick(): Promise<void> {
    await keepClock()
    await lookOnce()
    await setAlarm()
  }

  function poke(): void {
    void lookOnce()
  }

  /** Looks again when the next installation comes due, if that is before the next tick. Never throws. */
  async function setAlarm(): Promise<void> {
    clearTimeout(alarm)
    // Where there is no room, the end of a run looks.
    const several = performance.now() <= severalUntil
    if (closing || roomFor(concurrency, sharesFor(concurrency, several), busy()) <= 0) return
    const dueInMs = await store.leases.nextDueInMs().catch(() => null)
    if (dueInMs === null || dueInMs > LATEST_MS || closing) return
    const inMs = Math.max(dueInMs + 1, patienceMs / 2) + (Math.random() * patienceMs) / 2
    clearTimeout(alarm)
    alarm = setTimeout(wake, inMs, claimed).unref()
  }

  /** `before`: claimed by this process when the alarm was set. */
  async function wake(before: number): Promise<void> {
    await lookOnce()
    patienceMs = claimed > before ? SOONEST_MS : Math.min(patienceMs * 2, LATEST_MS)
    await setAlarm()
  }

  return {
    tick,
    poke,
    async abort(installationId, reason) {
      const mine = runsOf(installationId)
      for (const run of mine) run.abort(new Interruption(reason))
      await Promise.all(mine.map(run => run.ended))
    },
    get running() {
      return runs.size
    },
    async close() {
      closing = true
      clearTimeout(alarm)
      await looking
      for (const run of runs) run.abort(new Interruption('the process is ending', true))
      await Promise.all([...runs].map(run => run.ended))
    }
  }
}

/** From due to claimed. The lease ends `ttlMs` after the claim by the store's clock, which is the one that dueAt was set by. */
function lateness({ takenOver, installation }: Claim, ttlMs: number): number | null {
  const { dueAt, compareDueAt, leaseUntil } = installation
  if (takenOver || dueAt === null || leaseUntil === null) return null
  return Math.max(0, leaseUntil - ttlMs - Math.min(dueAt, compareDueAt))
}
