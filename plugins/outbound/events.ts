/** What the outbound client tells whoever counts. Called in passing: nothing waits for it, and it must not throw. */

export interface SentRequest {
  readonly connector: string
  /** HTTP status; no-answer: none came; unreadable: an answer that could not be read; ended: the caller went away or the target is refused. */
  readonly outcome: number | 'no-answer' | 'unreadable' | 'ended'
  /** From its turn to the end of the body. */
  readonly ms: number
  /** Decoded, of the body. */
  readonly bytes: number
}

export interface OutboundEvents {
  /** One attempt, repeated ones included, has ended. */
  requestEnded(request: SentRequest): void
  /** How long a request has waited for its turn: for the account's budget, a hold after a 429, or a place among those under way. */
  turnTaken(connector: string, waitedMs: number): void
  /** An account does not answer and is left alone for a while (true), or answers again. */
  leftAlone(connector: string, alone: boolean): void
}

export const noOutboundEvents: OutboundEvents = { requestEnded() {}, turnTaken() {}, leftAlone() {} }
