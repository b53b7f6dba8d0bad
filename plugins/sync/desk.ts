/** An installation for as long as this process holds its lease: what it was claimed as, and what was committed since. */
import type { FastifyBaseLogger } from 'fastify'
import type { Connector, SyncType } from '../connector/contract.ts'
import type { Viewpoint } from '../entities/client-record.ts'
import type { Vendor } from '../outbound/vendor.ts'
import type { Claim, Connection, Installation, Lease, Outcome, Progress, Store } from '../storage/port.ts'
import type { EngineEvents } from './events.ts'
import type { Reports } from './reports.ts'

/** Of what there was, and how many records at least, may go within 24 hours without a person. */
export interface LossLimit {
  readonly share: number
  readonly floor: number
}

export interface RunParts {
  readonly store: Store
  readonly vendor: Vendor
  readonly connectors: ReadonlyMap<string, Connector>
  readonly log: FastifyBaseLogger
  readonly now: () => Date
  readonly leaseTtlMs: number
  readonly lossLimit: LossLimit
  /** @default nobody is told */
  readonly events?: EngineEvents
  /** @default nobody is told */
  readonly reports?: Reports
}

/** What the holder of a lease may rely on. */
export interface Grip {
  /** Aborts on lost lease, stop or close. */
  readonly signal: AbortSignal
  /** Throws if this process may no longer write (its lease has run out by its own clock). */
  assertHeld(): void
}

/** A claim in this process's hands; `done` gives them free once the lease is released, or lost. */
export interface Held {
  readonly claim: Claim
  readonly grip: Grip
  done(): void
}

export interface Desk {
  readonly parts: RunParts
  readonly lease: Lease
  readonly grip: Grip
  /** As it was claimed. */
  readonly claimed: Installation
  readonly connection: Connection
  readonly connector: Connector
  readonly syncType: SyncType
  /** A former holder of the lease may still be writing. */
  readonly restamp: boolean
  /** Claims this connection's other installations that are due within so long. */
  readonly siblings: (withinMs: number) => Promise<Held[]>
  /** As stored, as far as this process knows. */
  installation: Installation
  /** What stops the connection now. */
  trouble: Connection['trouble']
  /** What is held for a person is not any more what the hold says. */
  holdChanged: boolean
  /** What a person has to put right, though the run can go on. */
  asks: Installation['attention']
  /** When the next poll is due; ms of performance.now(). */
  nextPollAt: number
  /** What the lease is released with. */
  readonly after: { -readonly [K in 'attention' | 'lastRunId' | 'compareDueInMs' | 'passFailures']?: Outcome[K] } & {
    failures: number
  }
}

/** Makes progress durable, and what this process knows of the installation true. */
export async function commit(desk: Desk, progress: Progress): Promise<void> {
  await desk.parts.store.leases.commit(desk.lease, progress)
  committed(desk, progress)
}

/** The same, where the store was told with a page. */
export function committed(desk: Desk, { compareDueInMs, takeRequest, takeDecision, ...fields }: Progress): void {
  desk.installation = { ...desk.installation, ...(fields as Partial<Installation>) }
}

/** What people have asked for since the claim. */
export async function refresh(desk: Desk): Promise<void> {
  const { tenant, installationId } = desk.lease
  const stored = await desk.parts.store.installations.get(tenant, installationId)
  if (stored) desk.installation = { ...desk.installation, requested: stored.requested, hold: stored.hold }
}

/** @param between two pages of a pass */
export function pollIsDue(desk: Desk, between = false): boolean {
  if (!desk.installation.poll) return false
  const isAsked = isForPoll(desk.installation, between) || desk.installation.hold?.decision != null
  return isAsked || desk.nextPollAt <= performance.now()
}

/** "Sync" means a poll once everything has been there, or while a pass sees to that. */
export function isForPoll({ requested, lastPass }: Installation, between: boolean): boolean {
  return requested?.mode === 'sync' && (lastPass !== null || between)
}

/** How this installation sees what a run judges. */
export function viewOf({ lease, installation, syncType, restamp, parts }: Desk, runId: string): Viewpoint {
  return {
    tenant: lease.tenant,
    connector: installation.connector,
    connectionId: installation.connectionId,
    installationId: installation.id,
    syncType,
    token: lease.token,
    runId,
    at: parts.now().toISOString(),
    restamp,
    resettled: installation.resettled
  }
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
