export interface PageRequest {
  /**
   * 1 to 500. A page has fewer where the items are large: it ends before they take more than PAGE_BYTES
   * (page-weight.ts) of what is stored, and has one at least. Whether there are more says the cursor alone.
   */
  readonly limit: number
  /** From a former answer's nextCursor; text that is not such a cursor throws HOST_ERR_BAD_CURSOR. */
  readonly cursor: string | null
}

export interface Listing<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/** Of a list that goes both ways. */
export interface TwoWayPageRequest extends PageRequest {
  /**
   * From a former answer's previousCursor: the page that ends where that one began, in the same order. Together with
   * `cursor` it throws HOST_ERR_BAD_REQUEST. @default null
   */
  readonly before?: string | null
}

export interface TwoWayListing<T> extends Listing<T> {
  /** null: the list begins with this page. */
  readonly previousCursor: string | null
}
