import type { BudgetShare, BudgetStore, RateRule } from '../storage/port.ts'
import type { Time } from './time.ts'

/** What one store call takes from the budget at most; begins small, so that a short tick does not hoard. */
const chunks = { first: 4, largest: 20, shareOfWindow: 1 / 20 } as const
/** Requests taken from the budget and not sent by then are given up. */
const chunkLifeMs = 5_000

/** Requests that this process has taken beforehand from one share of an account's budget. */
export class Purse {
  readonly #account: string
  readonly #share: BudgetShare | undefined
  readonly #budgets: BudgetStore
  readonly #time: Time
  #tokens = 0
  #tokensUntil = Number.NEGATIVE_INFINITY
  #chunk: number = chunks.first
  #emptyUntil = Number.NEGATIVE_INFINITY
  #holds = 0

  constructor(account: string, share: BudgetShare | undefined, budgets: BudgetStore, time: Time) {
    this.#account = account
    this.#share = share
    this.#budgets = budgets
    this.#time = time
  }

  /** When something may be in it again, on the monotonic clock; in the past: it may be asked. */
  get emptyUntil(): number {
    return this.#emptyUntil
  }

  get idle(): boolean {
    const now = this.#time.now()
    return now > this.#emptyUntil && now > this.#tokensUntil
  }

  /** The vendor throttled: what was taken is not sent. */
  hold(until: number): void {
    this.#holds++
    this.#tokens = 0
    this.#emptyUntil = Math.max(this.#emptyUntil, until)
  }

  /** A request that was paid for and is not sent after all. */
  giveBack(): void {
    this.#tokens++
  }

  /** true: a request is paid for; false: nothing before `emptyUntil`. */
  async pay(rate: RateRule): Promise<boolean> {
    const now = this.#time.now()
    if (now < this.#emptyUntil) return false
    const fresh = now < this.#tokensUntil
    if (fresh && this.#tokens > 0) {
      this.#tokens--
      return true
    }
    this.#chunk = fresh ? Math.min(this.#chunk * 2, chunks.largest) : chunks.first
    const window = rate.requests * (this.#share?.of ?? 1)
    const want = Math.max(1, Math.min(this.#chunk, Math.floor(window * chunks.shareOfWindow)))
    const holds = this.#holds
    const { granted, waitMs } = await this.#budgets.take(this.#account, want, rate, this.#share)
    const after = this.#time.now()
    if (granted === 0) this.#emptyUntil = Math.max(this.#emptyUntil, after + Math.max(1, waitMs))
    // Held while the store was asked: what it granted was for before.
    if (granted === 0 || holds !== this.#holds) return false
    this.#tokens = granted - 1
    this.#tokensUntil = after + chunkLifeMs
    return true
  }
}
