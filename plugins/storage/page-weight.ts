/** How far a page of a list goes: as many items as were asked for, and fewer where they are large. */

/**
 * What is read of a store at once, in characters of text (SQLite) or bytes of documents (MongoDB). One client may have
 * some hundred KiB with its agreements, and one entry of history some MiB: by number alone, 500 of them would be read,
 * parsed and written in one go, while everybody else waits.
 */
export const PAGE_BYTES = 4 * 1024 * 1024

/** Asked of each item in order, says where the page ends. */
export class PageBound {
  readonly #limit: number
  #count = 0
  #weight = 0
  #isFull = false

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Whether one more goes into the page; the first one that weighs anything always does. */
  takes(weight: number): boolean {
    this.#isFull ||= this.#count === this.#limit || (this.#weight > 0 && this.#weight + weight > PAGE_BYTES)
    if (this.#isFull) return false
    this.#count++
    this.#weight += weight
    return true
  }

  /** Something did not go in: whatever comes after that is not in this page. */
  get isFull(): boolean {
    return this.#isFull
  }
}

export interface Page<T> {
  readonly items: T[]
  /** Behind the last item there is another one. */
  readonly more: boolean
}

/** Reads no further than to the first that does not go into the page. */
export function takePage<R, T>(
  rows: Iterable<R>,
  limit: number,
  weightOf: (row: R) => number,
  toItem: (row: R) => T
): Page<T> {
  const bound = new PageBound(limit)
  const items: T[] = []
  for (const row of rows) {
    if (!bound.takes(weightOf(row))) return { items, more: true }
    items.push(toItem(row))
  }
  return { items, more: false }
}

/**
 * What goes into a page, and the first that does not. Of several parts of a list read so and merged, the page ends
 * before it needs what was not read of any of them.
 */
export function upToPage<R>(rows: Iterable<R>, limit: number, weightOf: (row: R) => number): R[] {
  const bound = new PageBound(limit)
  const found: R[] = []
  for (const row of rows) {
    found.push(row)
    if (!bound.takes(weightOf(row))) break
  }
  return found
}
