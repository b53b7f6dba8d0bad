export interface PageRequest {
  /** 1 to 500 */
  readonly limit: number
  /** From a former answer's nextCursor; text that is not such a cursor throws HOST_ERR_BAD_CURSOR. */
  readonly cursor: string | null
}

export interface Listing<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}
