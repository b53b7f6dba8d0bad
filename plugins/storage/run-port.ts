/** Receipts of runs, and what they set aside. */
import type { RunMode } from '../connector/contract.ts'
import type { LossKind } from '../entities/loss.ts'
import type { LeftReason } from '../entities/put-back.ts'
import type { Listing, PageRequest, TwoWayListing, TwoWayPageRequest } from './listing.ts'

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

/** What a run is for whoever looks for it, see run-kinds.ts. */
export type RunKind = 'changes' | 'problems'

export interface RunQuery {
  readonly installationId?: string
  readonly kind?: RunKind
  /** Ids from this one on, and before this one: they sort by time. */
  readonly from?: string
  readonly to?: string
}

export interface RunStore {
  /** Repeating it changes nothing. */
  insert(run: Run): Promise<void>
  /** Replaces the run unless the stored one has a larger token; false: it has. */
  trySave(run: Run): Promise<boolean>
  /**
   * Ends a run that found nothing: it is added to its installation's row of that day (see `quiet-runs.ts`) and its own
   * receipt goes. Repeating it adds it once; cut, it leaves a receipt that is whole, and the repetition takes that away.
   * Where the row has a newer token than the run, the receipt stays by itself. Returns the id of what tells of the run
   * now; null: the stored receipt has a larger token, nothing was changed.
   */
  fold(run: Run): Promise<string | null>
  get(tenant: string, id: string): Promise<Run | null>
  /** Newest first (ids sort by time). */
  list(tenant: string, installationId: string, page: PageRequest): Promise<Listing<Run>>
  /** Of all installations, newest first. */
  listAll(tenant: string, query: RunQuery, page: TwoWayPageRequest): Promise<TwoWayListing<Run>>
  /** Deletes ended runs (and their rejects) that are older, but of each installation keeps its lastRunId. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
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

export interface RejectStore {
  list(tenant: string, runId: string, page: PageRequest): Promise<Listing<StoredReject>>
}
