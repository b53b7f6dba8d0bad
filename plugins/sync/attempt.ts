/** How an attempt begins: its mode, its receipt on record before the first request, what a crash left marked as such. */
import { randomUUID } from 'node:crypto'
import type { FastifyBaseLogger } from 'fastify'
import type { Connector, RunMode, SyncType } from '../connector/contract.ts'
import { newId } from '../entities/new-id.ts'
import type { RequestStats } from '../outbound/client.ts'
import type { Vendor } from '../outbound/vendor.ts'
import type { Claim, Installation, Pass, Run, Store } from '../storage/port.ts'
import { type EngineEvents, noEngineEvents, type RunEvents } from './events.ts'
import { newTally, noSource, type Tally } from './receipt.ts'
import type { PageWriter } from './write-page.ts'

export interface RunParts {
  readonly store: Store
  readonly vendor: Vendor
  readonly connectors: ReadonlyMap<string, Connector>
  readonly log: FastifyBaseLogger
  readonly now: () => Date
  /** @default nobody is told */
  readonly events?: EngineEvents
}

/** What the run may rely on while it lasts. */
export interface Hold {
  readonly signal: AbortSignal
  assertHeld(): void
}

/** The state of one attempt. */
export interface Attempt {
  readonly parts: RunParts
  readonly claim: Claim
  readonly installation: Installation
  readonly connector: Connector
  readonly syncType: SyncType
  readonly writer: PageWriter
  readonly stats: RequestStats
  readonly hold: Hold
  readonly tally: Tally
  readonly events: RunEvents
  run: Run
  pass: Pass | null
  savedAt: number
}

/** The code that an installation runs. */
export interface Loaded {
  readonly connector: Connector
  readonly syncType: SyncType
}

/** undefined: this process has no such connector; another host, or a later version of this one, may have it. */
export function loadedFor({ connectors }: RunParts, installation: Installation): Loaded | undefined {
  const connector = connectors.get(installation.connector)
  const syncType = connector?.syncTypes.find(({ name }) => name === installation.syncType)
  return connector && syncType && { connector, syncType }
}

/** Decides the mode, marks what a crash left, and puts the run on record before the first request. */
export async function begin(parts: RunParts, claim: Claim, what: Loaded, hold: Hold): Promise<Attempt> {
  const { store, now } = parts
  const { installation, lease } = claim
  const { connector, syncType } = what
  const at = now().toISOString()
  const request = installation.requested
  const mode = modeOf(installation)
  const runId = request?.runId ?? newId('run')
  const left = installation.currentRunId
  if (left !== null && left !== runId) await markInterrupted(store, claim, left, at)

  let { pass } = installation
  if (mode !== 'incremental' && !pass) {
    pass = {
      mode,
      generation: randomUUID(),
      startedAt: at,
      checkpoint: null,
      counts: newTally().counts,
      source: noSource
    }
  }
  const tally = pass ? newTally(pass.counts, pass.leftOutBy) : newTally()
  const run: Run = {
    id: runId,
    tenant: lease.tenant,
    installationId: lease.installationId,
    mode,
    status: 'running',
    continues: installation.pass ? (left ?? installation.lastRunId) : null,
    startedAt: at,
    endedAt: null,
    progress: { read: tally.counts.read, expected: null },
    counts: { ...tally.counts },
    source: pass?.source ?? noSource,
    leftOutBy: tally.leftOutBy,
    reconciliation: null,
    error: null,
    token: lease.token
  }
  await store.runs.insert(run)
  // Whoever asked for the run may have put its receipt on record first.
  if (request) await store.runs.trySave(run)
  await store.leases.commit(lease, { currentRunId: runId, pass, ...(request && { takeRequest: request.runId }) })

  const writer: PageWriter = {
    store,
    lease,
    now,
    assertHeld: hold.assertHeld,
    view: {
      tenant: lease.tenant,
      connector: installation.connector,
      connectionId: installation.connectionId,
      installationId: installation.id,
      syncType,
      token: lease.token,
      runId,
      restamp: claim.takenOver
    }
  }
  const stats: RequestStats = { requests: 0, counted: 0, throttled: 0, bytes: 0 }
  const name = { connector: installation.connector, syncType: installation.syncType }
  const events = (parts.events ?? noEngineEvents).runBegan(name, mode, { ...tally.counts })
  // The receipt has just been saved. Of a pass the first page shows at once: the next one may be long in coming.
  const savedAt = pass ? Number.NEGATIVE_INFINITY : performance.now()
  return { parts, claim, installation, connector, syncType, writer, stats, hold, tally, events, run, pass, savedAt }
}

function modeOf(installation: Installation): RunMode {
  if (installation.pass) return installation.pass.mode
  if (installation.checkpoint === null) return 'full'
  if (installation.requested?.mode === 'compare') return 'compare'
  // The claim has just been made, so what is due by the store's clock is due before the lease's end.
  const compareDue = installation.leaseUntil !== null && installation.compareDueAt <= installation.leaseUntil
  return compareDue ? 'compare' : 'incremental'
}

async function markInterrupted(store: Store, claim: Claim, runId: string, at: string): Promise<void> {
  const run = await store.runs.get(claim.lease.tenant, runId)
  if (run?.status !== 'running') return
  const error = {
    code: 'HOST_ERR_INTERRUPTED',
    detail: 'The process that ran it ended; the next run goes on from the last saved page.'
  }
  await store.runs.trySave({ ...run, status: 'interrupted', endedAt: at, error, token: claim.lease.token })
}
