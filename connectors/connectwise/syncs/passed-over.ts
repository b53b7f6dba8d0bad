import { day } from '../../../plugins/connector/contract.ts'

/** Beyond this many the oldest are forgotten; each then costs a second look. */
const capacity = 2000

/**
 * Changes inside the poll's window that were looked at and lead to no client: a company without agreements, an
 * agreement of a company that does not take part. The store has no stamps for them, so without this memory each tick
 * would read them again as long as the window reaches back to them. Travels in the checkpoint as one string.
 */
export class PassedOver {
  readonly #marks = new Map<string, number>()
  readonly #since: number

  /** @param since nothing older is kept: a poll does not see it. */
  constructor(since: Date, saved = '') {
    this.#since = Math.floor(since.getTime() / 1000)
    for (const entry of saved.split(' ')) {
      const [key, second] = entry.split('.')
      if (key && second) this.#keep(key, Number.parseInt(second, 36))
    }
  }

  /** @param key `c12` for a company, `a7` for an agreement. */
  add(key: string, lastUpdated: string | undefined): void {
    const second = secondOf(lastUpdated)
    if (second !== undefined) this.#keep(key, second)
  }

  /** The record was looked at with this very change. */
  has(key: string, lastUpdated: string | undefined): boolean {
    const second = secondOf(lastUpdated)
    return second !== undefined && this.#marks.get(key) === second
  }

  toString(): string {
    const newest = [...this.#marks].toSorted(([, a], [, b]) => b - a).slice(0, capacity)
    return newest.map(([key, second]) => `${key}.${second.toString(36)}`).join(' ')
  }

  #keep(key: string, second: number): void {
    if (second >= this.#since) this.#marks.set(key, second)
  }
}

function secondOf(lastUpdated: string | undefined): number | undefined {
  if (lastUpdated === undefined || day(lastUpdated) === null) return undefined
  const at = Date.parse(lastUpdated.replace(/\s+/g, ''))
  return Number.isNaN(at) ? undefined : Math.floor(at / 1000)
}
