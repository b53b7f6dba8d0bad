/** What may be asked of vendors: one budget for each account, over all tenants and hosts. */

export interface RateRule {
  readonly requests: number
  readonly perMs: number
  /** What the bucket holds. @default a tenth of `requests`, at least 1 */
  readonly burst?: number
  /** How long it takes from a stop to the full pace again; a throttled bucket goes on at half. @default 600_000 */
  readonly recoverMs?: number
}

/** What takers of one name may have of a budget, together. */
export interface BudgetShare {
  /** Small letters. */
  readonly name: string
  /** Above 0, at most 1: of the rate and of what the bucket holds. */
  readonly of: number
  /** Of what the bucket can hold, what is left to others; at least 0, below 1. */
  readonly leaves: number
}

/** One budget for each vendor account, over all tenants and hosts. */
export interface BudgetStore {
  /**
   * Takes up to `want` requests from a bucket that refills evenly. granted 0: ask again after waitMs.
   * @param share absent: all that is there
   */
  take(account: string, want: number, rule: RateRule, share?: BudgetShare): Promise<{ granted: number; waitMs: number }>
  /** Nobody gets anything for so long. A longer hold is not shortened. */
  hold(account: string, forMs: number): Promise<void>
  /**
   * The vendor throttled: held for so long, and from now on filled half as fast and half as high as before, an eighth at
   * least, recovering evenly. While it is held already the pace stays: that throttling belongs to the same moment.
   */
  throttled(account: string, forMs: number, rule: RateRule): Promise<void>
  /** Forgets a bucket; the next `take` finds a full one. */
  remove(account: string): Promise<void>
  /** Forgets buckets from which nothing was taken for so long and that are not held, at most `limit`. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}
