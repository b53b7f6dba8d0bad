import type { Rate } from '../connector/contract.ts'
import type { BudgetStore } from '../storage/port.ts'
import { Breaker, leftAlone } from './breaker.ts'
import { type Purpose, ranks, shares } from './purposes.ts'
import { Purse } from './purse.ts'
import type { Time } from './time.ts'

/** People have so many places beside those of everyone, so that what hangs there does not hold them up. */
const placesForPeople = 1

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
  readonly rate: Rate
  readonly purpose: Purpose
  /** One of `rate.lanes`. */
  readonly lane?: string | undefined
  readonly signal: AbortSignal
  readonly maxWaitMs: number
}

interface Waiter extends Turn {
  readonly admit: () => void
  readonly turnAway: (reason: unknown) => void
}

/**
 * The way to one vendor account for all clients of this process: people first, then polls, then the rest, each first
 * come, first served; no more at once than the account and the lane bear, each request paid from the budget that all
 * hosts share.
 */
export class AccountGate {
  readonly breaker: Breaker
  readonly #account: string
  readonly #budgets: BudgetStore
  readonly #time: Time
  /** By rank, then by arrival. */
  readonly #waiting: Waiter[] = []
  readonly #purses = new Map<Purpose, Purse>()
  readonly #lanes = new Map<string, number>()
  #inFlight = 0
  #heldUntil = Number.NEGATIVE_INFINITY
  #admitting = false
  #nap = new AbortController()

  /** @param changed told when the account is left alone from now on (true), and when it answers again */
  constructor(account: string, budgets: BudgetStore, time: Time, changed: (alone: boolean) => void = () => {}) {
    this.#account = account
    this.#budgets = budgets
    this.#time = time
    this.breaker = new Breaker(time, alone => {
      if (alone) this.#turnAwayAll()
      changed(alone)
    })
  }

  get idle(): boolean {
    if (this.#inFlight > 0 || this.#waiting.length > 0 || this.breaker.open) return false
    return this.#time.now() > this.#heldUntil && [...this.#purses.values()].every(purse => purse.idle)
  }

  /**
   * Resolves when one request may be sent, with what has to be called when it has ended.
   * @throws PauseTooLong, SourceUnavailable while the account is left alone, or the signal's reason
   */
  async enter(turn: Turn): Promise<() => void> {
    turn.signal.throwIfAborted()
    const held = this.#heldUntil - this.#time.now()
    if (held > turn.maxWaitMs) throw new PauseTooLong(held)
    const isPerson = turn.purpose === 'person'
    if (!isPerson) this.breaker.enter()
    try {
      await this.#place(turn)
    } catch (error) {
      if (!isPerson) this.breaker.leave()
      throw error
    }
    return () => {
      this.#inFlight--
      if (turn.lane !== undefined) this.#count(turn.lane, -1)
      void this.#admitAll()
    }
  }

  /** The vendor throttled: what was taken from the budget beforehand is not sent, and all goes on more slowly. */
  async throttled(ms: number, rate: Rate): Promise<void> {
    this.#heldUntil = Math.max(this.#heldUntil, this.#time.now() + ms)
    for (const purse of this.#purses.values()) purse.hold(this.#heldUntil)
    await this.#budgets.throttled(this.#account, ms, rate)
  }

  #place(turn: Turn): Promise<void> {
    return new Promise((resolve, reject) => {
      const leaveQueue = () => this.#drop(waiter, turn.signal.reason)
      const settle = (how: () => void) => {
        turn.signal.removeEventListener('abort', leaveQueue)
        how()
      }
      const waiter: Waiter = {
        ...turn,
        admit: () => settle(resolve),
        turnAway: reason => settle(() => reject(reason))
      }
      turn.signal.addEventListener('abort', leaveQueue, { once: true })
      const behind = this.#waiting.findIndex(other => ranks[other.purpose] > ranks[turn.purpose])
      this.#waiting.splice(behind < 0 ? this.#waiting.length : behind, 0, waiter)
      void this.#admitAll()
    })
  }

  #drop(waiter: Waiter, reason: unknown): void {
    const at = this.#waiting.indexOf(waiter)
    if (at >= 0) this.#waiting.splice(at, 1)
    waiter.turnAway(reason)
    // Nobody is left to wait for: the timer must not keep the process alive.
    if (this.#waiting.length === 0) this.#nap.abort()
  }

  #turnAwayAll(): void {
    for (const waiter of this.#waiting.filter(({ purpose }) => purpose !== 'person')) this.#drop(waiter, leftAlone())
  }

  /** One loop at a time, so that there is one question to the store at a time and the order holds. */
  async #admitAll(): Promise<void> {
    if (this.#admitting) {
      this.#nap.abort()
      return
    }
    this.#admitting = true
    try {
      for (let next = this.#next(); next; next = this.#next()) {
        const purse = this.#purseOf(next.purpose)
        if (!(await purse.pay(next.rate))) await this.#pause()
        else this.#admit(next, purse)
      }
    } catch (error) {
      for (const waiter of this.#waiting.splice(0)) waiter.turnAway(error)
    } finally {
      this.#admitting = false
    }
  }

  /** Who has a place: one whose purse is not known to be empty, or else one for whom it may be filled. */
  #next(): Waiter | undefined {
    const now = this.#time.now()
    const placed = this.#waiting.filter(waiter => this.#hasPlace(waiter))
    return placed.find(({ purpose }) => this.#purseOf(purpose).emptyUntil <= now) ?? placed[0]
  }

  #hasPlace({ purpose, rate, lane }: Waiter): boolean {
    const places = rate.concurrency + (purpose === 'person' ? placesForPeople : 0)
    return this.#inFlight < places && (lane === undefined || (this.#lanes.get(lane) ?? 0) < (rate.lanes?.[lane] ?? 0))
  }

  /** Whoever was found may have left while the store was asked, and then another of the same purpose may go. */
  #admit(found: Waiter, purse: Purse): void {
    const waiter = this.#waiting.includes(found)
      ? found
      : this.#waiting.find(other => other.purpose === found.purpose && this.#hasPlace(other))
    if (!waiter) {
      purse.giveBack()
      return
    }
    this.#waiting.splice(this.#waiting.indexOf(waiter), 1)
    this.#inFlight++
    if (waiter.lane !== undefined) this.#count(waiter.lane, 1)
    waiter.admit()
  }

  /** Until the first purse of those that wait may hold something, somebody comes or a place is free. */
  async #pause(): Promise<void> {
    const now = this.#time.now()
    let ms = Number.POSITIVE_INFINITY
    for (const waiter of [...this.#waiting]) {
      const wait = this.#purseOf(waiter.purpose).emptyUntil - now
      if (wait > waiter.maxWaitMs) this.#drop(waiter, new PauseTooLong(wait))
      else if (this.#hasPlace(waiter)) ms = Math.min(ms, wait)
    }
    if (ms <= 0 || ms === Number.POSITIVE_INFINITY) return
    this.#nap = new AbortController()
    const { signal } = this.#nap
    await this.#time.sleep(ms, signal).catch(error => {
      if (!signal.aborted) throw error
    })
  }

  #purseOf(purpose: Purpose): Purse {
    let purse = this.#purses.get(purpose)
    if (!purse) {
      purse = new Purse(this.#account, shares[purpose], this.#budgets, this.#time)
      if (this.#heldUntil > this.#time.now()) purse.hold(this.#heldUntil)
      this.#purses.set(purpose, purse)
    }
    return purse
  }

  #count(lane: string, change: 1 | -1): void {
    const count = (this.#lanes.get(lane) ?? 0) + change
    if (count > 0) this.#lanes.set(lane, count)
    else this.#lanes.delete(lane)
  }
}
