/** Answers to requests that may be repeated. */

/**
 * Answers to requests that may be repeated (`Idempotency-Key`), until they expire by the store's clock. `key` and
 * `digest` are names that tell nothing of what was sent.
 */
export interface ReplyStore {
  /**
   * Keeps the first of a key for `keepMs`; one that has expired, or that was begun `takeOverMs` ago and never finished,
   * is replaced. null: it is this one; otherwise what is stored, `answer` null while that one is at work.
   */
  tryBegin(
    reply: { readonly key: string; readonly digest: string },
    keepMs: number,
    takeOverMs: number
  ): Promise<StoredReply | null>
  /** Keeps the answer of one that was begun. */
  finish(key: string, answer: string): Promise<void>
  /** Gives the key free: the request had no effect. */
  drop(key: string): Promise<void>
  /** Deletes those that have expired, at most `limit`. Returns how many. */
  prune(limit: number): Promise<number>
}

export interface StoredReply {
  readonly digest: string
  readonly answer: string | null
}
