/** Undoes runs, one of an installation at a time and never beside a run of it: under a lease of its own. */
import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FastifyBaseLogger } from 'fastify'
import { errors } from '../errors.ts'
import type { Claim, Run, RunUndone, Store } from '../storage/port.ts'
import { startHeartbeat } from './heartbeat.ts'
import { Interruption } from './outcome.ts'
import { undo } from './undo.ts'

export interface Undoer {
  /**
   * Puts back what a run has changed, as far as it is still as the run left it. A run that is undone already is given
   * as it is. It takes as long as it takes: after some seconds the receipt is given with `undone.endedAt` null, and the
   * work goes on. Throws HOST_ERR_NOT_FOUND, HOST_ERR_RUN_UNDER_WAY while this run or another one of its installation
   * is at work, HOST_ERR_NOTHING_TO_UNDO, HOST_ERR_UNDO_TOO_LATE and HOST_ERR_UNDO_CUT.
   * @param by `sub` of the person
   */
  undo(tenant: string, runId: string, by: string): Promise<Run>
  /** Cuts what is under way; it can be repeated. */
  close(): Promise<void>
}

export interface UndoerOptions {
  readonly store: Store
  readonly log: FastifyBaseLogger
  readonly now: () => Date
  readonly leaseTtlMs: number
  /** How long history is kept. */
  readonly keepMs: number
  /** The installation is free again. */
  readonly freed: () => void
  /** How long a caller waits for the end. @default 20_000 */
  readonly waitMs?: number
}

const SHOW_EVERY_MS = 1000

export function createUndoer(options: UndoerOptions): Undoer {
  const { store, log, now, leaseTtlMs, keepMs, freed, waitMs = 20_000 } = options
  const owner = `${hostname()}/${process.pid}/undo/${randomUUID()}`
  const closing = new AbortController()
  const underWay = new Map<string, Promise<Run>>()

  async function begin(run: Run, by: string): Promise<Run> {
    const { tenant, installationId } = run
    if (run.endedAt === null) throw new errors.HOST_ERR_RUN_UNDER_WAY()
    const isKept = Date.parse(run.startedAt) > now().getTime() - keepMs
    if (!isKept) throw new errors.HOST_ERR_UNDO_TOO_LATE()
    if (!run.undone && !(await hasChanged(run))) throw new errors.HOST_ERR_NOTHING_TO_UNDO()
    const claimedAt = performance.now()
    const claim = await store.leases.tryClaim(owner, tenant, installationId, leaseTtlMs)
    if (!claim) throw new errors.HOST_ERR_RUN_UNDER_WAY()
    return work(claim, run, by, claimedAt)
  }

  async function hasChanged({ tenant, installationId, id }: Run): Promise<boolean> {
    for (let after: string | null = null; ; ) {
      const found: Awaited<ReturnType<Store['history']['ofRun']>> = await store.history.ofRun(
        tenant,
        installationId,
        id,
        after,
        10
      )
      if (found.entries.length > 0) return true
      if (found.next === null) return false
      after = found.next
    }
  }

  async function work(claim: Claim, run: Run, by: string, claimedAt: number): Promise<Run> {
    const { lease } = claim
    const aborter = new AbortController()
    const heartbeat = startHeartbeat(store.leases, lease, leaseTtlMs, reason => aborter.abort(reason), claimedAt)
    const at = now().toISOString()
    const undoing = { installationId: run.installationId, runId: run.id, by, at, token: lease.token }
    let receipt = run
    let shownAt = performance.now()
    const save = async (undone: RunUndone) => {
      receipt = { ...run, undone, token: lease.token }
      if (!(await store.runs.trySave(receipt))) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
    }
    try {
      await save({ by, at, endedAt: null, putBack: 0, left: {} })
      const signal = AbortSignal.any([aborter.signal, closing.signal])
      const grip = { signal, assertHeld: heartbeat.assertHeld }
      const undone = await undo({ store, claim, grip, run, undoing }, async soFar => {
        if (performance.now() - shownAt < SHOW_EVERY_MS) return
        shownAt = performance.now()
        await save({ by, at, endedAt: null, ...soFar, left: { ...soFar.left } })
      })
      await save({ by, at, endedAt: now().toISOString(), ...undone })
      log.info({ run: run.id, installation: run.installationId, ...undone }, 'run undone')
      return receipt
    } finally {
      heartbeat.stop()
      await store.leases.giveBack(claim).catch(error => log.warn({ err: error }, 'an undo did not give its lease back'))
      freed()
    }
  }

  return {
    async undo(tenant, runId, by) {
      const run = await store.runs.get(tenant, runId)
      if (!run) throw new errors.HOST_ERR_NOT_FOUND('run')
      if (run.undone?.endedAt) return run
      let working = underWay.get(runId)
      if (!working) {
        // Within the process it has one worker from here on, however often it is asked for.
        working = begin(run, by)
        underWay.set(runId, working)
        working.catch(() => {}).finally(() => underWay.delete(runId))
      }
      const ended = working.catch(error => {
        const isCut = error?.code === 'HOST_ERR_LEASE_LOST' || error instanceof Interruption
        throw isCut ? new errors.HOST_ERR_UNDO_CUT() : error
      })
      const waited = new AbortController()
      try {
        const soFar = sleep(waitMs, null, { signal: waited.signal }).catch(() => null)
        return (await Promise.race([ended, soFar])) ?? (await store.runs.get(tenant, runId)) ?? run
      } finally {
        waited.abort()
        ended.catch(() => {})
      }
    },

    async close() {
      closing.abort(new Interruption('the process is ending', true))
      await Promise.allSettled(underWay.values())
    }
  }
}
