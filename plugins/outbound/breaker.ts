import { SourceUnavailable } from '../connector/failures.ts'
import type { Time } from './time.ts'

/** How long an account is left alone; then one request tries it. */
const restMs = 60_000
/** A large page may hang, or fail, in every place that a run has under way, and a smaller one then work. */
const patience = { least: 5, ofConcurrency: 2 } as const

/**
 * Leaves an account alone that does not answer. Each request to it would be held to its deadline, several times over,
 * and with it a run's place that other accounts wait for.
 */
export class Breaker {
  readonly #time: Time
  readonly #changed: (open: boolean) => void
  /** Attempts without an answer, and requests given up, since the last answer. */
  #silent = 0
  #failed = 0
  #openUntil: number | undefined
  #trying = false

  constructor(time: Time, changed: (open: boolean) => void) {
    this.#time = time
    this.#changed = changed
  }

  get open(): boolean {
    return this.#openUntil !== undefined
  }

  /** One request may try, once the rest is over. @throws SourceUnavailable with `retryAfterMs` */
  enter(): void {
    if (this.#openUntil === undefined) return
    const left = this.#openUntil - this.#time.now()
    if (left > 0 || this.#trying) throw leftAlone(left > 0 ? left : restMs)
    this.#trying = true
  }

  /** Who entered goes without having learnt anything. */
  leave(): void {
    this.#trying = false
  }

  /** Whatever it said. */
  answered(): void {
    this.#silent = this.#failed = 0
    this.#trying = false
    if (this.#openUntil === undefined) return
    this.#openUntil = undefined
    this.#changed(false)
  }

  /** An attempt without an answer. @returns whether the account is left alone from now on */
  silent(concurrency: number): boolean {
    this.#silent++
    return this.#judge(this.#silent, concurrency)
  }

  /** An answer that is a fault of the vendor's: enough to end a trial, else counted when the request is given up. */
  fault(): void {
    if (this.#trying) this.#judge(0, 0)
  }

  /** A request was given up, all its attempts having failed at the vendor. @returns likewise */
  gaveUp(concurrency: number): boolean {
    this.#failed++
    return this.#judge(this.#failed, concurrency)
  }

  #judge(failures: number, concurrency: number): boolean {
    const tried = this.#trying
    this.#trying = false
    if (!tried && failures < Math.max(patience.least, patience.ofConcurrency * concurrency)) return false
    const opens = this.#openUntil === undefined
    if (opens || tried) this.#openUntil = this.#time.now() + restMs
    if (opens) this.#changed(true)
    return opens
  }
}

export function leftAlone(ms: number = restMs): SourceUnavailable {
  const retryAfterMs = Math.ceil(ms)
  return new SourceUnavailable('The vendor has not answered for a while and is left alone for a minute.', {
    retryAfterMs
  })
}
