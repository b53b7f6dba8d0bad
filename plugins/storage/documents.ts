/**
 * What the store keeps, in the shapes that every adapter takes and gives back. Times that the store compares are its
 * own clock, in milliseconds since 1970; `…At` strings are UTC ISO and only for people.
 */
import type {
  Checkpoint,
  ConnectionState,
  ListCounts,
  Resolved,
  RunMode,
  Stamps,
  ValidationCheck
} from '../connector/contract.ts'
import type { Loss, LossKind, Taken } from '../entities/loss.ts'
import type { LeftReason } from '../entities/put-back.ts'
import type { ClientStatus } from '../entities/shapes/client.ts'
import type { ClientAgreement } from '../entities/stored-client.ts'

export type * from '../entities/history-entry.ts'
export type * from '../entities/loss.ts'
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
  /** Origin that answered and the account's own id there: the same whoever signs in to it. */
  readonly accountKey: string
  readonly account: { readonly id: string; readonly name: string }
  /** What may be shown of the credentials. */
  readonly display: Readonly<Record<string, string>>
  readonly sealed: Sealed
  readonly state: ConnectionState
  /** What stops every installation of this connection; null: nothing does. */
  readonly trouble: Trouble | null
  /** When the vendor last answered a run as it should; null: never. UTC ISO. */
  readonly workedAt: string | null
  /** The checks of the last validation, null before there was one. */
  readonly lastValidation: { readonly at: string; readonly checks: readonly ValidationCheck[] } | null
  /** Grows with each change that a person makes; compare-and-set compares it. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** The vendor refuses the account's credentials, or its address may not be called. */
export interface Trouble {
  readonly code: string
  readonly detail: string
  readonly since: string
  /** Refusals in a row. */
  readonly tries: number
  /** When one installation may try again (UTC ISO, by a host's clock); null: not before a person acts. */
  readonly retryAt: string | null
}

export type ConnectionChange = Partial<
  Pick<Connection, 'accountKey' | 'account' | 'display' | 'sealed' | 'state' | 'trouble' | 'lastValidation'>
>

export interface InstallationSchedule {
  readonly everyMs: number
  readonly compareEveryMs: number
}

/** Between polls: where the next one begins. Set when the first pass begins, so that polls never wait for a pass. */
export interface PollState {
  /** The earlier of the host's and the vendor's clock when the last poll that ended began. UTC ISO. Never falls, unless it lies ahead of both clocks. */
  readonly mark: string
  /** `PollPage.memo` of the last poll that ended. */
  readonly memo: Checkpoint | null
  /** When the last deep look (24 hours back) ended; null: none yet. UTC ISO. */
  readonly deepAt: string | null
  /** A deep look has found what a short one should have shown: this account is looked at deep each time. */
  readonly alwaysDeep: boolean
}

/** A complete pass (full or compare) under way; survives crashes and takeovers. */
export interface Pass {
  /** One for each pass; kept over resumed runs. */
  readonly id: string
  readonly mode: 'full' | 'compare'
  readonly startedAt: string
  /** Token of the run that began it: what was staged with a smaller one was left by others. */
  readonly startToken: number
  /** reading: pages; ending: everything is read, what it lost is looked at again and taken. */
  readonly stage: 'reading' | 'ending'
  readonly position: Checkpoint
  /** What the vendor counted at the begin, and what the pages have brought so far. */
  readonly lists: { readonly before: ListCounts; readonly seen: ListCounts }
  readonly expected: number | null
  /** Of the whole pass so far, committed with the position so that a resumed receipt adds up. */
  readonly counts: RunCounts
  readonly source: RunSource
  readonly leftOutBy: Readonly<Record<string, number>>
}

export interface RunRequest {
  readonly runId: string
  readonly mode: 'sync' | 'compare'
}

/** Losses that wait for a person. The sync goes on beside it. */
export interface Hold {
  /** Grows whenever what is held changes. */
  readonly revision: number
  readonly since: string
  /** Records held of each kind, and how many there were of it before: `{ clients: { held: 120, of: 400 } }`. */
  readonly kinds: Readonly<Partial<Record<LossKind, { readonly held: number; readonly of: number }>>>
  /** Clients with something held. */
  readonly clients: number
  /** What a person said, until a run has done it. */
  readonly decision: {
    readonly verdict: 'approve' | 'reject'
    readonly revision: number
    /** null: all. */
    readonly kinds: readonly LossKind[] | null
    readonly by: string
    readonly at: string
  } | null
}

/** One sync type switched on over a connection. Unique by connection and sync type. */
export interface Installation {
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly connectionId: string
  readonly syncType: string
  /** What people want of it. erasing is final: it only waits to be removed. */
  readonly wanted: 'running' | 'stopped' | 'uninstalled' | 'erasing'
  /** Set by a run that cannot go on without a person, for what concerns this sync type alone. */
  readonly attention: { readonly code: string; readonly detail: string; readonly since: string } | null
  readonly schedule: InstallationSchedule
  readonly settings: Readonly<Record<string, unknown>>
  /** What the settings' names mean at the vendor (`Connector.resolve`). */
  readonly resolved: Resolved
  /** Settings were changed and no complete pass has ended since: what then leaves, leaves for that reason (words). */
  readonly resettled: string | null
  /** null: the first pass has not begun. */
  readonly poll: PollState | null
  readonly pass: Pass | null
  /** Complete passes in a row whose lists did not fit their counts; null: the last one did. */
  readonly misfits: { readonly count: number; readonly detail: string; readonly since: string } | null
  /** What was taken away in the last 24 hours. */
  readonly taken: readonly Taken[]
  readonly hold: Hold | null
  /** A run that a person asked for and that has not begun. */
  readonly requested: RunRequest | null
  /** The run under way, or the one that a crash left. */
  readonly currentRunId: string | null
  readonly lastRunId: string | null
  /** When the last complete pass that succeeded began: everything active was there then. null: none yet, the first import is not whole. */
  readonly lastPass: { readonly runId: string; readonly startedAt: string } | null
  /** Consecutive failed runs, for backoff. */
  readonly failures: number
  /** Consecutive failed passes, for their own backoff: a pass that fails stops no poll. */
  readonly passFailures: number
  /** Store clock, next poll; null: not scheduled, for passes neither. */
  readonly dueAt: number | null
  /** Store clock, next complete pass. */
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
  'id' | 'tenant' | 'connector' | 'connectionId' | 'syncType' | 'schedule' | 'settings' | 'resolved' | 'createdAt'
>

/** What people change. Durations count from the store's now. */
export interface InstallationChange {
  readonly wanted?: Installation['wanted']
  readonly schedule?: InstallationSchedule
  readonly settings?: Readonly<Record<string, unknown>>
  readonly resolved?: Resolved
  readonly resettled?: string
  readonly attention?: null
  readonly hold?: Hold | null
  readonly poll?: null
  readonly pass?: null
  readonly misfits?: null
  readonly requested?: RunRequest | null
  readonly failures?: 0
  readonly passFailures?: 0
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
  /** created + updated + unchanged + leftOut + setAside */
  readonly read: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly leftOut: number
  /** Clients that left because a rule failed. */
  readonly inactivated: number
  /** Clients that left because the vendor no longer has them. */
  readonly gone: number
  readonly setAside: number
  /** Clients with a loss that waits for a person after this run. */
  readonly held: number
}

export interface RunSource {
  /** What the vendor counts of the records; null: not asked (polls). */
  readonly count: number | null
  readonly requests: number
  /** The same, if the vendor counts each part of a bundle for itself. Absent: not known, of a receipt of before. */
  readonly counted?: number
  /** What of the account's rate the attempt has used while it lasted, 1 for all of it. Absent: likewise. */
  readonly share?: number
  readonly throttled: number
  readonly bytes: number
}

/** postponed: the account's calls are used up for now; no failure. */
export type RunStatus = 'running' | 'succeeded' | 'failed' | 'interrupted' | 'postponed'

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
  /** What this run took away, by kind. */
  readonly took: Readonly<Partial<Record<LossKind, number>>>
  /** How old, in seconds, the oldest look in rotation is; null: nothing is looked at in rotation. */
  readonly oldestLookSeconds: number | null
  /** What people should know beside the counts, one sentence each (a list that did not fit its count). */
  readonly notes: readonly string[]
  /** Complete passes: store against source, each difference with its reason; null otherwise. */
  readonly reconciliation: {
    readonly source: number
    readonly store: number
    /** `rule`: the name of the rule that left them out, null for other reasons. */
    readonly differences: readonly { readonly reason: string; readonly rule: string | null; readonly count: number }[]
  } | null
  readonly error: { readonly code: string; readonly detail: string } | null
  /** A person has undone it. Absent: nobody has. */
  readonly undone?: RunUndone
  /** Token of the lease it ran under, or was undone under; 0 before it began. */
  readonly token: number
  /** The day's runs that found nothing, as one row: how many, and the id of the last. Absent: a run of its own. */
  readonly folded?: { readonly runs: number; readonly last: string }
}

export interface RunUndone {
  /** `sub` of the person. */
  readonly by: string
  readonly at: string
  /** null: it is under way, or was cut and can be repeated. */
  readonly endedAt: string | null
  /** Clients that are as they were before the run. */
  readonly putBack: number
  /** Clients that were left as they are, by reason. */
  readonly left: Readonly<Partial<Record<LeftReason, number>>>
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

/** All that one client of an installation would lose and that waits: one row for each client. */
export interface LossRow {
  readonly installationId: string
  readonly externalId: string
  readonly clientId: string
  /** As stored, for people. */
  readonly clientName: string
  readonly items: readonly Loss[]
  /** staged: seen once; looked: seen twice; held: waits for a person; passed: the gate has let it through; taken: applied, not yet counted. */
  readonly state: 'staged' | 'looked' | 'held' | 'passed' | 'taken'
  /** The pass (its id) or the run of the poll that staged it. */
  readonly by: string
  readonly token: number
  readonly at: string
}

/** What was looked at and is no active client: left out, set aside, or a child that leads to no record. */
export interface SeenRow {
  /** A record's id, or a child's stamp key. */
  readonly key: string
  readonly stamps: Stamps
  /** Why it takes no part, in words; null: it is only known to have been looked at. */
  readonly leftOut: { readonly rule: string; readonly words: string } | null
  /** Why it cannot be used, in words. */
  readonly setAside: string | null
  readonly at: string
}

export interface AgreementRow extends ClientAgreement {
  readonly clientId: string
  readonly clientName: string
  readonly clientStatus: ClientStatus
}
