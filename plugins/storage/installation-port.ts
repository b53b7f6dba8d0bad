/** Sync types that are switched on over connections: what people want of them, and where their runs have come to. */
import type { Checkpoint, ListCounts, Resolved } from '../connector/contract.ts'
import type { LossKind, Taken } from '../entities/loss.ts'
import type { Listing, PageRequest } from './listing.ts'
import type { RunCounts, RunSource } from './run-port.ts'

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

export interface InstallationStore {
  /**
   * All of them in one go, each wanted running, token 0, rev 1, due at once. false: the connection of one already has
   * that sync type, and none was put in.
   */
  tryInsert(...installations: readonly NewInstallation[]): Promise<boolean>
  get(tenant: string, id: string): Promise<Installation | null>
  /** Oldest first. */
  list(
    tenant: string,
    filter: { connector?: string; connectionId?: string },
    page: PageRequest
  ): Promise<Listing<Installation>>
  /** All of these connections (500 at most), oldest first. */
  listOf(tenant: string, connectionIds: readonly string[]): Promise<Installation[]>
  /**
   * Compare-and-set by rev, bumps rev and updatedAt; null if it changed meanwhile or is not there. Runs change the
   * hold without bumping rev, so a `hold` is compared too: null if the stored one has another revision.
   */
  tryUpdate(tenant: string, id: string, rev: number, change: InstallationChange): Promise<Installation | null>
  /** Deletes the installation with its runs, rejects, losses, history and what it has seen; its parts of clients are gone before (see ClientStore.listOfInstallation). */
  remove(tenant: string, id: string): Promise<void>
  /**
   * Of those that are wanted running, over all tenants: what waits for people. Looks at `limit` with a hold and `limit`
   * with misfits at most. For alerts; nothing is decided by it.
   */
  countWaiting(limit: number): Promise<Waiting>
}

export interface Waiting {
  /** Installations with a hold that nobody has decided about. */
  readonly awaitingApproval: number
  /** Installations whose last complete pass did not fit its lists. */
  readonly misfits: number
  /** Losses held, those too that are decided about and not done, by kind. */
  readonly held: Readonly<Partial<Record<LossKind, number>>>
}
