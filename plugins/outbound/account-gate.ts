import type { BudgetStore, RateRule } from '../storage/port.ts'
import type { Time } from './time.ts'

/** What one store call takes from the budget at most; begins small, so that a short tick does not hoard. */
const chunks = { first: 4, largest: 20, shareOfWindow: 1 / 20 } as const
/** Requests taken from the budget and not sent by then are given up. */
const chunkLifeMs = 5_000

/** Thrown to a waiter that would have to wait longer than it is willing to. */
export class PauseTooLong extends Error {
  /** Whole, unlike the monotonic clock that it is counted with: stores keep it as an integer. */
  readonly waitMs: number

  constructor(waitMs: number) {
    super(`a pause of ${waitMs} ms`)
    this.waitMs = Math.ceil(waitMs)
  }
}

export interface Turn {
  readonly rate: RateRule & { readonly concurrency: number }
  readonly signal: AbortSignal
  readonly maxWaitMs: number
}

interface Waiter extends Turn {
  readonly admit: () => void
  readonly turnAway: (reason: unknown) => void
}

/**
 * The way to one vendor account for all clients of this process: first come, first served, no more at once than the
 * account bears, each request paid from the budget that all hosts share.
 */
export class AccountGate {
  readonly #account: string
  readonly #budgets: BudgetStore
  readonly #time: Time
  readonly #waiting: Waiter[] = []
  #inFlight = 0
  #tokens = 0
  #tokensUntil = Number.NEGATIVE_INFINITY
  #chunk: number = chunks.first
  #blockedUntil = Number.NEGATIVE_INFINITY
  #admitting = false
  #nap = new AbortController()

  constructor(account: string, budgets: BudgetStore, time: Time) {
    this.#account = account
    this.#budgets = budgets
    this.#time = time
  }

  get idle(): boolean {
    const now = this.#time.now()
    return this.#inFlight === 0 && this.#waiting.length === 0 && now > this.#blockedUntil && now > this.#tokensUntil
  }

  /** Resolves when one request may be sent; `leave` has to follow. @throws PauseTooLong, or the signal's reason */
  enter(turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      if (turn.signal.aborted) return reject(turn.signal.reason)
      const blocked = this.#blockedUntil - this.#time.now()
      if (blocked > turn.maxWaitMs) return reject(new PauseTooLong(blocked))
      const leaveQueue = () => this.#drop(waiter, turn.signal.reason)
      const waiter: Waiter = {
        ...turn,
        admit: () => {
          turn.signal.removeEventListener('abort', leaveQueue)
          resolve()
        },
        turnAway: reason => {
          turn.signal.removeEventListener('abort', leaveQueue)
          reject(reason)
        }
      }
      turn.signal.addEventListener('abort', leaveQueue, { once: true })
      this.#waiting.push(waiter)
      void this.#admitAll()
    })
  }

  leave(): void {
    this.#inFlight--
    void this.#admitAll()
  }

  /** The vendor throttled: what was taken from the budget beforehand is not sent. */
  async hold(ms: number): Promise<void> {
    this.#blockedUntil = Math.max(this.#blockedUntil, this.#time.now() + ms)
    this.#tokens = 0
    await this.#budgets.hold(this.#account, ms)
  }

  #drop(waiter: Waiter, reason: unknown): void {
    const at = this.#waiting.indexOf(waiter)
    if (at >= 0) this.#waiting.splice(at, 1)
    waiter.turnAway(reason)
    // Nobody is left to wait for: the timer must not keep the process alive.
    if (this.#waiting.length === 0) this.#nap.abort()
  }

  /** One loop at a time, so that there is one question to the store at a time and the order of arrival holds. */
  async #admitAll(): Promise<void> {
    if (this.#admitting) return
    this.#admitting = true
    try {
      for (let next = this.#waiting[0]; next && this.#inFlight < next.rate.concurrency; next = this.#waiting[0]) {
        const waitMs = await this.#takeToken(next.rate)
        if (waitMs > 0) await this.#pause(waitMs)
        else this.#admitFirst()
      }
    } catch (error) {
      for (const waiter of this.#waiting.splice(0)) waiter.turnAway(error)
    } finally {
      this.#admitting = false
    }
  }

  #admitFirst(): void {
    const first = this.#waiting.shift()
    if (!first) {
      this.#tokens++
      return
    }
    this.#inFlight++
    first.admit()
  }

  async #pause(ms: number): Promise<void> {
    for (const waiter of this.#waiting.filter(one => one.maxWaitMs < ms)) this.#drop(waiter, new PauseTooLong(ms))
    if (this.#waiting.length === 0) return
    this.#nap = new AbortController()
    const { signal } = this.#nap
    await this.#time.sleep(ms, signal).catch(error => {
      if (!signal.aborted) throw error
    })
  }

  /** 0: a request is paid for; otherwise the ms after which to ask again. */
  async #takeToken(rate: RateRule): Promise<number> {
    const now = this.#time.now()
    if (now < this.#blockedUntil) return this.#blockedUntil - now
    const fresh = now < this.#tokensUntil
    if (fresh && this.#tokens > 0) {
      this.#tokens--
      return 0
    }
    this.#chunk = fresh ? Math.min(this.#chunk * 2, chunks.largest) : chunks.first
    const want = Math.max(1, Math.min(this.#chunk, Math.floor(rate.requests * chunks.shareOfWindow)))
    const { granted, waitMs } = await this.#budgets.take(this.#account, want, rate)
    const after = this.#time.now()
    if (granted === 0) this.#blockedUntil = Math.max(this.#blockedUntil, after + Math.max(1, waitMs))
    // Held while the store was asked: what it granted was for before.
    if (after < this.#blockedUntil) return this.#blockedUntil - after
    this.#tokens = granted - 1
    this.#tokensUntil = after + chunkLifeMs
    return 0
  }
}
