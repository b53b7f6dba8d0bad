/** One attempt at a poll or a pass: its receipt, on record before the first request, and the context it calls the vendor with. */
import type { RunMode } from '../connector/contract.ts'
import type { Viewpoint } from '../entities/client-record.ts'
import { newId } from '../entities/new-id.ts'
import type { Memo } from '../outbound/asked-once.ts'
import { newStats, type RequestStats } from '../outbound/options.ts'
import { type Purpose, shareUsed } from '../outbound/purposes.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import type { Run, RunSource, RunStatus } from '../storage/port.ts'
import { commit, type Desk, isForPoll, viewOf } from './desk.ts'
import { noEngineEvents, type RunEvents } from './events.ts'
import { newTally, noSource, sourceOf, type Tally } from './receipt.ts'

const SHOW_EVERY_MS = 500

export interface Attempt {
  readonly desk: Desk
  /** Which rows of losses are this attempt's: the pass's id, or `poll`. */
  readonly by: string
  readonly stats: RequestStats
  readonly events: RunEvents
  /** What attempts before this one have cost, of a pass that goes on. */
  readonly costBefore: RunSource
  /** Clients that a page has changed which it does not name, since another one has their agreements: what was planned of them is stale. */
  readonly holders: Set<string>
  /** ms of performance.now() */
  readonly beganAt: number
  /** A person has asked for it, and knows its id. */
  readonly isAsked: boolean
  /** What waited when it began: the hold's revision. */
  readonly heldBefore: number | null
  /** Whether something that people see of a client has been written: its history names this run. */
  readonly wrote: { changes: boolean }
  run: Run
  tally: Tally
  shownAt: number
}

export interface Beginning {
  readonly mode: RunMode
  /** @default the run's id: that is a new pass's */
  readonly by?: string
  /** Of the pass so far. @default nothing */
  readonly tally?: Tally
  readonly source?: RunSource
  readonly expected?: number | null
  readonly continues?: string | null
  /** It runs between two pages of a pass, whose receipt is the installation's current one. */
  readonly between?: boolean
}

/** Puts the run on record; one that a person has asked for has its id already. */
export async function beginAttempt(desk: Desk, beginning: Beginning): Promise<Attempt> {
  const { parts, lease, installation } = desk
  const { mode, tally = newTally(), source = noSource, expected = null, continues = null } = beginning
  const { requested } = installation
  const answers = (mode === 'incremental') === isForPoll(installation, beginning.between ?? false)
  const request = answers ? requested : null
  const run: Run = {
    id: request?.runId ?? newId('run'),
    tenant: lease.tenant,
    installationId: lease.installationId,
    mode,
    status: 'running',
    continues,
    startedAt: parts.now().toISOString(),
    endedAt: null,
    progress: { read: tally.counts.read, expected },
    counts: { ...tally.counts },
    source,
    leftOutBy: tally.leftOutBy,
    took: {},
    oldestLookSeconds: null,
    notes: [],
    reconciliation: null,
    error: null,
    token: lease.token
  }
  await parts.store.runs.insert(run)
  // Whoever asked for the run may have put its receipt on record first.
  if (request) await parts.store.runs.trySave(run)
  const current = beginning.between ? {} : { currentRunId: run.id }
  if (request || !beginning.between) {
    const taken = { ...current, ...(request && { takeRequest: request.runId }) }
    await commit(desk, taken).catch(error => closeAtOnce(desk, run, error))
  }
  if (request) desk.installation = { ...desk.installation, requested: null }
  const name = { connector: installation.connector, syncType: installation.syncType }
  const events = (parts.events ?? noEngineEvents).runBegan(name, mode, { ...tally.counts })
  return {
    desk,
    by: beginning.by ?? run.id,
    stats: newStats(),
    events,
    costBefore: source,
    holders: new Set(),
    beganAt: performance.now(),
    isAsked: request !== null,
    heldBefore: installation.hold?.revision ?? null,
    wrote: { changes: false },
    run,
    tally,
    // The receipt has just been saved. Of a pass the first page shows at once: the next one may be long in coming.
    shownAt: mode === 'incremental' ? performance.now() : Number.NEGATIVE_INFINITY
  }
}

/** It stood still and lost its lease: whoever has it now has closed what there was, and would not come back to this one. */
async function closeAtOnce({ parts }: Desk, run: Run, failure: Error & { readonly code?: string }): Promise<never> {
  const error = { code: String(failure.code), detail: failure.message }
  const closed: Run = { ...run, status: 'interrupted', endedAt: parts.now().toISOString(), error }
  await parts.store.runs.trySave(closed).catch(() => {})
  throw failure
}

export function contextOf(attempt: Attempt, purpose: Purpose, shared?: Memo): DisposableContext {
  const { parts, connector, connection, installation, grip } = attempt.desk
  return parts.vendor.over(connector, connection, {
    settings: installation.settings,
    resolved: installation.resolved,
    log: parts.log.child({ installation: installation.id, run: attempt.run.id }),
    signal: grip.signal,
    assertHeld: grip.assertHeld,
    stats: attempt.stats,
    purpose,
    ...(shared && { memo: shared })
  })
}

/** How this attempt sees what it judges. */
export function viewOfAttempt({ desk, run }: Attempt): Viewpoint {
  return viewOf(desk, run.id)
}

/** What of the attempt others may see. */
export function receiptSoFar({ tally, stats, events, costBefore, run }: Attempt): Run {
  events.progressed(tally.counts)
  return {
    ...run,
    counts: { ...tally.counts },
    leftOutBy: { ...tally.leftOutBy },
    source: sourceOf(costBefore, stats, run.source.count),
    progress: { ...run.progress, read: tally.counts.read }
  }
}

/** Now and then, for those who watch. */
export async function show(attempt: Attempt): Promise<void> {
  attempt.run = receiptSoFar(attempt)
  if (performance.now() - attempt.shownAt < SHOW_EVERY_MS) return
  attempt.shownAt = performance.now()
  await attempt.desk.parts.store.runs.trySave(attempt.run)
}

/** The last word on the receipt. */
export async function endAttempt(attempt: Attempt, status: RunStatus, error: Run['error'] = null): Promise<void> {
  const { desk, stats, beganAt } = attempt
  const soFar = receiptSoFar(attempt)
  const share = shareUsed(stats.requests, desk.connector.rate, performance.now() - beganAt)
  const source = { ...soFar.source, share: Math.round(share * 1000) / 1000 }
  attempt.run = { ...soFar, source, status, error, endedAt: desk.parts.now().toISOString() }
  attempt.events.ended(status, error?.code ?? null)
  const { runs } = desk.parts.store
  if (isWithoutNews(attempt)) desk.after.lastRunId = (await runs.fold(attempt.run)) ?? attempt.run.id
  else {
    await runs.trySave(attempt.run)
    desk.after.lastRunId = attempt.run.id
  }
  const { id, mode, counts } = attempt.run
  desk.parts.log.info({ run: id, installation: desk.installation.id, mode, status, counts }, 'run ended')
}

const isEmpty = (took: Run['took']) => Object.keys(took).length === 0

/** A poll of the schedule that has found, held and changed nothing: one of many, whose day's row tells enough. */
function isWithoutNews({ run, isAsked, heldBefore, wrote, desk }: Attempt): boolean {
  const { created, updated, inactivated, gone, setAside } = run.counts
  const isQuiet =
    run.mode === 'incremental' &&
    run.status === 'succeeded' &&
    run.notes.length === 0 &&
    !wrote.changes &&
    isEmpty(run.took)
  const holds = desk.installation.hold?.revision ?? null
  return isQuiet && !isAsked && holds === heldBefore && created + updated + inactivated + gone + setAside === 0
}
