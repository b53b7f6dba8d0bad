/** Claims due installations and runs them, so many at once, until it is closed. */

import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import type { Claim } from '../storage/port.ts'
import type { RunParts } from './attempt.ts'
import { noEngineEvents } from './events.ts'
import { startHeartbeat } from './heartbeat.ts'
import { Interruption } from './outcome.ts'
import { runInstallation } from './run.ts'

export interface Dispatcher {
  /** Claims and starts what is due, as far as there is room, and what comes due before the next tick, a second later. Never throws. */
  tick(): Promise<void>
  /** Looks for due work now instead of at the next tick. */
  poke(): void
  /** Aborts this process's run of the installation, if there is one, and resolves when it has ended. */
  abort(installationId: string, reason: string): Promise<void>
  /** Runs under way in this process. */
  readonly running: number
  /** Claims nothing more, interrupts what runs (each keeps its last page) and waits for it. */
  close(): Promise<void>
}

/** Between two looks for what comes due, at least and at most: what is later than that is left to the next tick. */
const SOONEST_MS = 50
const LATEST_MS = 1000

export interface DispatcherOptions extends RunParts {
  /** Runs at once in this process. */
  readonly concurrency: number
  readonly leaseTtlMs: number
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { store, log, concurrency, leaseTtlMs, events = noEngineEvents } = options
  // A cloned disk or a reused host name must not make two processes one owner.
  const owner = `${hostname()}/${process.pid}/${randomUUID()}`
  const runs = new Map<string, { abort(reason: Error): void; readonly ended: Promise<void> }>()
  let closing = false
  let looking: Promise<void> | null = null
  let lookAgain = false
  let alarm: NodeJS.Timeout | undefined
  let claimed = 0
  /** Grows while other hosts are there first: many hosts do not all look at each due time, nor at the same moment. */
  let patienceMs = SOONEST_MS

  function start(claim: Claim, claimedAt: number): void {
    const { installationId } = claim.lease
    const { connector, syncType } = claim.installation
    events.leaseClaimed({ connector, syncType }, { takenOver: claim.takenOver, lateMs: lateness(claim, leaseTtlMs) })
    const aborter = new AbortController()
    const heartbeat = startHeartbeat(store.leases, claim.lease, leaseTtlMs, reason => aborter.abort(reason), claimedAt)
    const hold = { signal: aborter.signal, assertHeld: heartbeat.assertHeld }
    const ended = runInstallation(options, claim, hold)
      .then(run =>
        log.info(
          { run: run.id, installation: installationId, mode: run.mode, status: run.status, counts: run.counts },
          'run ended'
        )
      )
      .catch(error => {
        // Who stops an installation takes its lease, and then tells this process: that is no loss.
        const told = aborter.signal.reason instanceof Interruption
        if (error?.code === 'HOST_ERR_LEASE_LOST' && !told) events.leaseLost({ connector, syncType })
        log.warn({ err: error, installation: installationId }, 'run ended without an outcome')
      })
      .then(() => {
        heartbeat.stop()
        runs.delete(installationId)
        // A request may have been put on the desk while it ran, and a place is free.
        poke()
      })
    runs.set(installationId, { abort: reason => aborter.abort(reason), ended })
    if (closing) aborter.abort(new Interruption('the process is ending', true))
  }

  async function look(): Promise<void> {
    do {
      lookAgain = false
      const room = concurrency - runs.size
      if (room <= 0 || closing) return
      const claimedAt = performance.now()
      const claims = await store.leases.claimDue(owner, room, leaseTtlMs)
      claimed += claims.length
      for (const claim of claims) start(claim, claimedAt)
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

  async function tick(): Promise<void> {
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
    if (closing || runs.size >= concurrency) return
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
      const run = runs.get(installationId)
      run?.abort(new Interruption(reason))
      await run?.ended
    },
    get running() {
      return runs.size
    },
    async close() {
      closing = true
      clearTimeout(alarm)
      await looking
      for (const run of runs.values()) run.abort(new Interruption('the process is ending', true))
      await Promise.all([...runs.values()].map(run => run.ended))
    }
  }
}

/** From due to claimed. The lease ends `ttlMs` after the claim by the store's clock, which is the one that dueAt was set by. */
function lateness({ takenOver, installation }: Claim, ttlMs: number): number | null {
  const { dueAt, leaseUntil } = installation
  return takenOver || dueAt === null || leaseUntil === null ? null : Math.max(0, leaseUntil - ttlMs - dueAt)
}
