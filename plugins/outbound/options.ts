import type { LookupFunction } from 'node:net'
import type { FastifyBaseLogger } from 'fastify'
import type { HttpClient, Rate } from '../connector/contract.ts'
import type { BudgetStore } from '../storage/port.ts'
import type { OutboundAllow } from './allow.ts'
import type { Memo } from './asked-once.ts'
import type { OutboundEvents } from './events.ts'
import type { EgressProxy } from './proxy.ts'
import type { Purpose } from './purposes.ts'
import type { Time } from './time.ts'

/** Counters of one run, added to as requests happen. */
export interface RequestStats {
  /** Every attempt sent, repeated ones included. */
  requests: number
  /** The same, if the vendor counts each part of a bundle for itself (`HttpRequest.weight`). */
  counted: number
  /** Answers with status 429. */
  throttled: number
  /** Decoded bytes of bodies read. */
  bytes: number
}

export function newStats(): RequestStats {
  return { requests: 0, counted: 0, throttled: 0, bytes: 0 }
}

export interface ClientOptions {
  /** Host names that may be called: exact, or `*.` for any name below. */
  readonly vendorHosts: readonly string[]
  /** Whose budget and concurrency the requests count against; the same text for everyone who calls that vendor account. */
  readonly account: string
  /** Under which name the requests are counted. @default 'none' */
  readonly connector?: string
  readonly rate: Rate
  /** Decides the share of the account's rate, and who goes first. @default 'poll' */
  readonly purpose?: Purpose
  /** Where answers to `shared` requests are kept, for all clients of a joint run. @default each is asked for itself */
  readonly memo?: Memo
  /** For `vendorDateTakenAt`. @default the system's clock */
  readonly now?: () => Date
  /** Ends everything at once, waits included; the request rejects with its reason. */
  readonly signal: AbortSignal
  /** Asked when every wait is over and the request would be sent; what it throws is thrown in its place. */
  readonly assertHeld?: () => void
  /** How often one request is tried. @default 5 */
  readonly attempts?: number
  /** For one attempt, the whole body included, in ms. @default 60_000 */
  readonly deadlineMs?: number
  /** Of a body, over the wire and decoded; a request may ask for less. @default 32 MiB */
  readonly maxBytes?: number
  readonly stats?: RequestStats
  /**
   * wait: pauses that the vendor or the budget asks for are waited out up to `maxPauseMs`, longer ones throw
   * SourceUnavailable with `retryAfterMs`. throw: a 429, or a budget wait over a second, throws at once.
   * @default 'wait'
   */
  readonly pauses?: 'wait' | 'throw'
  /** @default 60_000 */
  readonly maxPauseMs?: number
}

export interface OutboundOptions {
  readonly allow: OutboundAllow
  readonly budgets: BudgetStore
  /** Asked for all addresses of a name. @default the system's resolver */
  readonly lookup?: LookupFunction
  /** What all calls go through, but those to listed origins that are addresses. @default none; the environment's own proxy variables are not obeyed */
  readonly proxy?: EgressProxy
  readonly log?: FastifyBaseLogger
  /** @default nobody is told */
  readonly events?: OutboundEvents
  /** `ca`: PEM of further authorities to trust. Checking certificates cannot be switched off. */
  readonly tls?: { readonly ca?: string }
  /** For all answers that are being read and parsed. @default a quarter of the heap's limit */
  readonly memoryBytes?: number
  readonly time?: Time
  /** At least 0, below 1. @default Math.random */
  readonly random?: () => number
}

export interface Outbound {
  client(options: ClientOptions): HttpClient
  /** Ends requests under way. May be called twice. */
  close(): Promise<void>
}
