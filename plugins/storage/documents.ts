/**
 * What the store keeps, in the shapes that every adapter takes and gives back. Times that the store compares are its
 * own clock, in milliseconds since 1970; `…At` strings are UTC ISO and only for people.
 */
import type { Checkpoint, ConnectionState, RunMode } from '../connector/contract.ts'
import type { ClientAgreement } from '../entities/stored-client.ts'

export type * from '../entities/stored-client.ts'

/** A sealed credential record: one data key, wrapped by a key of the ring; each field sealed by the data key. All binary values base64. */
export interface Sealed {
  readonly v: 1
  /** Id of the wrapping key. */
  readonly kek: string
  readonly wrappedKey: string
  readonly fields: Readonly<Record<string, string>>
}

/** A tenant's credentials for one vendor account. Unique by tenant, connector and accountKey. */
export interface Connection {
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly accountKey: string
  readonly account: { readonly id: string; readonly name: string }
  /** What may be shown of the credentials. */
  readonly display: Readonly<Record<string, string>>
  readonly sealed: Sealed
  readonly state: ConnectionState
  /** Grows with each change; compare-and-set compares it. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

export type ConnectionChange = Partial<Pick<Connection, 'accountKey' | 'account' | 'display' | 'sealed' | 'state'>>

export interface InstallationSchedule {
  readonly everyMs: number
  readonly compareEveryMs: number
}

/** What a complete pass (full or compare) keeps while it is under way; survives crashes and takeovers. */
export interface Pass {
  readonly mode: 'full' | 'compare'
  /** One for each pass; kept over resumed runs. */
  readonly generation: string
  readonly startedAt: string
  /** The connector's position, null before the first page is durable. */
  readonly checkpoint: Checkpoint | null
  /** Of the whole pass so far, committed with the position so that a resumed receipt adds up. */
  readonly counts: RunCounts
  readonly source: RunSource
  readonly leftOutBy?: Readonly<Record<string, number>>
}

export interface RunRequest {
  readonly runId: string
  readonly mode: 'sync' | 'compare'
}

/** One sync type switched on over a connection. Unique by connection and sync type. */
export interface Installation {
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly connectionId: string
  readonly syncType: string
  /** What people want of it. */
  readonly wanted: 'running' | 'stopped' | 'uninstalled'
  /** Set by a run that cannot go on without a person. */
  readonly attention: { readonly code: string; readonly detail: string; readonly since: string } | null
  /** Set by a complete pass that would take away too much; `approved` is how many removals a person allowed. */
  readonly approval: {
    readonly generation: string
    readonly removals: number
    readonly of: number
    readonly since: string
    readonly approved: number | null
  } | null
  readonly schedule: InstallationSchedule
  readonly settings: Readonly<Record<string, unknown>>
  /** Where the next incremental run starts; null: the next run is a full one. */
  readonly checkpoint: Checkpoint | null
  readonly pass: Pass | null
  /** A run that a person asked for and that has not begun. */
  readonly requested: RunRequest | null
  /** The run under way, or the one that a crash left. */
  readonly currentRunId: string | null
  readonly lastRunId: string | null
  /** When the last complete pass that succeeded began: everything active was there then. */
  readonly lastPass: { readonly runId: string; readonly startedAt: string } | null
  /** Consecutive failed runs, for backoff. */
  readonly failures: number
  /** Store clock; null: not scheduled. */
  readonly dueAt: number | null
  readonly compareDueAt: number
  /** Grows with each claim and each fencing change, never shrinks. */
  readonly token: number
  readonly leaseOwner: string | null
  /** Store clock. */
  readonly leaseUntil: number | null
  /** Grows with each change that a person makes; runs leave it alone. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

export type NewInstallation = Pick<
  Installation,
  'id' | 'tenant' | 'connector' | 'connectionId' | 'syncType' | 'schedule' | 'settings' | 'createdAt'
>

/** What people change. Durations count from the store's now. */
export interface InstallationChange {
  readonly wanted?: Installation['wanted']
  readonly schedule?: InstallationSchedule
  readonly settings?: Readonly<Record<string, unknown>>
  readonly attention?: null
  readonly approval?: Installation['approval']
  readonly checkpoint?: null
  readonly pass?: null
  readonly requested?: RunRequest | null
  readonly failures?: 0
  /** null: not scheduled. */
  readonly dueInMs?: number | null
  readonly compareDueInMs?: number
  /**
   * Takes the lease from a run under way: its token grows, so that run can write nothing more. leaseOwner stays, so
   * that the next claim knows the former holder did not release (`takenOver`).
   */
  readonly fence?: true
}

export interface RunCounts {
  readonly read: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly leftOut: number
  /** Of those left out, how many were active before. */
  readonly inactivated: number
  readonly gone: number
  readonly setAside: number
}

export interface RunSource {
  /** What the vendor counts; null: not asked (incremental runs). */
  readonly count: number | null
  readonly requests: number
  readonly throttled: number
  readonly bytes: number
}

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'interrupted' | 'awaiting-approval'

/** The receipt of one attempt. */
export interface Run {
  readonly id: string
  readonly tenant: string
  readonly installationId: string
  readonly mode: RunMode
  readonly status: RunStatus
  /** The run whose pass this one goes on with. */
  readonly continues: string | null
  readonly startedAt: string
  readonly endedAt: string | null
  readonly progress: { readonly read: number; readonly expected: number | null }
  readonly counts: RunCounts
  readonly source: RunSource
  /** Records left out, by the rule they failed. */
  readonly leftOutBy: Readonly<Record<string, number>>
  /** Complete passes: store against source, each difference with its reason; null otherwise. */
  readonly reconciliation: {
    readonly source: number
    readonly store: number
    readonly differences: readonly { readonly reason: string; readonly count: number }[]
  } | null
  readonly error: { readonly code: string; readonly detail: string } | null
  /** Token of the lease it ran under; 0 before it began. */
  readonly token: number
}

export interface StoredReject {
  /** The vendor's id, or a position where it has none; unique in a run. */
  readonly key: string
  readonly runId: string
  readonly externalId: string | null
  readonly reason: string
  /** JSON text, at most 64 KiB. */
  readonly payload: string | null
  readonly at: string
}

export interface AgreementRow extends ClientAgreement {
  readonly clientId: string
  readonly clientName: string
}
