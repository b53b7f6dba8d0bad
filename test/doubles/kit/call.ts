import type { IncomingMessage } from 'node:http'

/** A request as it came in. */
export interface Call {
  readonly request: IncomingMessage
  readonly method: string
  readonly path: string
  /** Without the question mark. */
  readonly rawQuery: string
  readonly body: string
  /** Scheme and host as the client called it. */
  readonly origin: string
}

export type Operation = 'list' | 'count' | 'record' | 'bundle' | 'other'

/** What a request is about, in the vendor's words: by this, rules find it. */
export interface Subject {
  /** The kind of endpoint, e.g. `contacts`: the same for its list, its count and one record. */
  readonly endpoint: string
  readonly operation: Operation
  /** Of a list: how many rows a page is asked to hold. */
  readonly pageSize?: number
  /** Nothing but ids is asked for. */
  readonly idsOnly?: boolean
  /** Of a bundle: the endpoints that its parts ask. */
  readonly parts?: readonly string[]
}

/** Which records are in an answer, for faults that hang on one. */
export interface Holding {
  readonly endpoint: string
  readonly ids: readonly number[]
  /** Of a list below a parent. */
  readonly parent?: number
}

/** What is sent. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string
  /** What is sent when it is not the UTF-8 of the body, or is at hand already. */
  bytes?: Buffer
  holds?: readonly Holding[]
}

/** An answer in JSON. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: JSON.stringify(body) }
}
