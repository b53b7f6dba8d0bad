/** Who runs what: leases, given out by when an installation is due, and what a run leaves under its own. */
import type { Installation, Pass, PollState } from './installation-port.ts'

/** The right to run an installation. Held by one owner at a time; a newer lease has a larger token. */
export interface Lease {
  readonly tenant: string
  readonly connectionId: string
  readonly installationId: string
  readonly owner: string
  readonly token: number
}

export interface Claim {
  readonly lease: Lease
  readonly installation: Installation
  /** The former holder did not release: it may still be alive and writing. */
  readonly takenOver: boolean
}

/** What a run leaves when it ends. Absent: unchanged. */
export interface Outcome extends Progress {
  /** null: not scheduled. Due at once all the same if a request or a decision is waiting, unless null or left to others. */
  readonly dueInMs: number | null
  readonly attention?: Installation['attention']
  readonly lastRunId?: string
  readonly failures: number
  /** What waits is for others, who may be able to do it: it is no reason to be due at once. */
  readonly isLeftToOthers?: true
}

/** What a run keeps while it goes on. Absent: unchanged. */
export interface Progress {
  readonly poll?: PollState
  readonly pass?: Pass | null
  readonly compareDueInMs?: number
  readonly passFailures?: number
  readonly lastPass?: Installation['lastPass']
  readonly misfits?: Installation['misfits']
  readonly resolved?: Installation['resolved']
  readonly resettled?: null
  /** What the gate has let through: reserved before anything is taken. */
  readonly taken?: Installation['taken']
  /** Its `decision` is not looked at: the stored one, which a person may have made meanwhile, stays until it is taken. */
  readonly hold?: Installation['hold']
  /** Takes the decision that was made at this moment (`decision.at`) off the hold: it is done, or void. */
  readonly takeDecision?: string
  readonly currentRunId?: string | null
  /** Takes this request off the desk. */
  readonly takeRequest?: string
}

/** How claims are shared out. */
export interface ClaimShares {
  /** At most so many of one tenant and one connection in this claim, those under way (`busy`) included. */
  readonly perTenant: number
  readonly perConnection: number
  /** Runs under way in this process, by tenant and by connection. */
  readonly busy: {
    readonly tenants: Readonly<Record<string, number>>
    readonly connections: Readonly<Record<string, number>>
  }
}

export interface LeaseStore {
  /**
   * Takes up to `limit` installations that are wanted running, due (dueAt or, if that is set, compareDueAt has come) and
   * free (never leased, released, or expired by the store's clock), the longest due first within the shares; each
   * gets token + 1 and a lease of `ttlMs`. Two owners never get the same.
   */
  claimDue(owner: string, limit: number, ttlMs: number, shares?: ClaimShares): Promise<Claim[]>
  /** The others of the same connection that are wanted running, free and come due within `withinMs`, claimed likewise. */
  claimSiblings(owner: string, of: Lease, withinMs: number, ttlMs: number): Promise<Claim[]>
  /**
   * Takes this one, due or not and whatever people want of it, unless it is leased or being erased: for what a person
   * does to its clients. null: it is, or is not there. Given back with `giveBack`, not released.
   */
  tryClaim(owner: string, tenant: string, installationId: string, ttlMs: number): Promise<Claim | null>
  /** Ends a lease of tryClaim and leaves all else as it was before it, also that a former holder did not release. Nothing if the lease is lost. */
  giveBack(claim: Pick<Claim, 'lease' | 'takenOver'>): Promise<void>
  /** Whether installations of at least two tenants are wanted running. */
  hasSeveralTenants(): Promise<boolean>
  /** Prolongs to now + ttlMs if the token is still this lease's; false: lost. */
  tryRenew(lease: Lease, ttlMs: number): Promise<boolean>
  commit(lease: Lease, progress: Progress): Promise<void>
  /** Writes the outcome and frees the lease in one statement; false: the token is not this lease's any more, nothing was written. */
  tryRelease(lease: Lease, outcome: Outcome): Promise<boolean>
  /** Milliseconds until the earliest due, free installation (0: due now; null: none), for the tick. */
  nextDueInMs(): Promise<number | null>
  /**
   * Keeps the store's clock. If it is behind what was kept last, also by a process that has ended, it was set back: what
   * waits for a time (leases, due times, holds of budgets) waits for as much earlier. Returns by how many milliseconds,
   * 0 as a rule.
   */
  keepClock(): Promise<number>
  /** How many installations are due and free now, counted up to `limit`. For people and alerts; nothing is decided by it. */
  countDue(limit: number): Promise<number>
}
