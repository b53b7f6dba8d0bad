import { getHeapStatistics } from 'node:v8'

const mebibyte = 1_048_576
/** Of each answer; so that short ones, which are most, never wait for long ones. */
const free = 262_144
/** Larger than a piece of a body, so that few of them have to ask. */
const step = mebibyte

/** The place of one answer in the memory that all share. */
export interface Place {
  /** Makes it `bytes` large at least; undefined: done at once. Rejects with the signal's reason. */
  grow(bytes: number): Promise<void> | undefined
  /** May be called twice, and while it waits. */
  leave(): void
}

interface Waiting {
  readonly bytes: number
  admit(): void
  giveUp(): void
}

interface Holder {
  readonly account: string
  held: number
  waiting: Waiting | undefined
}

/**
 * The memory of all answers between their first byte and their handing over. Who finds it full waits, longest here
 * first, and does not read on meanwhile. One account has at most half of it. One answer at a time may go beyond each of
 * the two limits, so that something always ends.
 */
export class AnswerMemory {
  readonly #limit: number
  /** In the order of arrival. */
  readonly #holders = new Set<Holder>()
  /** Who is beyond the limit of its account. */
  readonly #beyond = new Map<string, Holder>()
  /** Who is beyond the limit of all. */
  #beyondAll: Holder | undefined
  #held = 0

  /** @param limit in bytes @default a quarter of what the heap may grow to, 64 MiB at least and 512 MiB at most */
  constructor(limit = Math.min(512 * mebibyte, Math.max(64 * mebibyte, getHeapStatistics().heap_size_limit / 4))) {
    this.#limit = limit
  }

  /** Bytes held now. */
  get held(): number {
    return this.#held
  }

  /** @param account whose answer it is */
  enter(account: string, signal: AbortSignal): Place {
    const holder: Holder = { account, held: 0, waiting: undefined }
    this.#holders.add(holder)
    return {
      grow: bytes => {
        const beyond = Math.ceil((bytes - free) / step) * step
        if (beyond <= holder.held) return undefined
        const asked = this.#ask(holder, beyond, signal)
        this.#admit()
        return holder.held >= beyond ? undefined : asked
      },
      leave: () => {
        if (!this.#holders.delete(holder)) return
        holder.waiting?.giveUp()
        this.#held -= holder.held
        if (this.#beyond.get(account) === holder) this.#beyond.delete(account)
        if (this.#beyondAll === holder) this.#beyondAll = undefined
        this.#admit()
      }
    }
  }

  #ask(holder: Holder, bytes: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const settle = (how: () => void) => {
      holder.waiting = undefined
      signal.removeEventListener('abort', giveUp)
      how()
    }
    const giveUp = () => settle(() => reject(signal.reason ?? new Error('gone')))
    holder.waiting = { bytes, admit: () => settle(resolve), giveUp }
    promise.catch(() => {})
    if (signal.aborted) giveUp()
    else signal.addEventListener('abort', giveUp, { once: true })
    return promise
  }

  #admit(): void {
    // Who may go beyond the limit of all waits for nobody, or two could wait for each other.
    if (this.#beyondAll?.waiting) this.#give(this.#beyondAll, this.#beyondAll.waiting)
    for (const holder of this.#holders) {
      const { waiting } = holder
      if (!waiting) continue
      const more = waiting.bytes - holder.held
      const fits = this.#held + more <= this.#limit
      // The younger ones wait behind it, or it would never find room.
      if (!fits && this.#beyondAll) return
      if (!fits) this.#beyondAll = holder
      else if (!this.#accountBears(holder, more)) continue
      this.#give(holder, waiting)
    }
  }

  #give(holder: Holder, waiting: Waiting): void {
    this.#held += waiting.bytes - holder.held
    holder.held = waiting.bytes
    waiting.admit()
  }

  #accountBears(holder: Holder, more: number): boolean {
    const { account } = holder
    let held = more
    for (const other of this.#holders) if (other.account === account) held += other.held
    if (held <= this.#limit / 2) return true
    if ((this.#beyond.get(account) ?? holder) !== holder) return false
    this.#beyond.set(account, holder)
    return true
  }
}
