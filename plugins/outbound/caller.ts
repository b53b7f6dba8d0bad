import type { FastifyBaseLogger } from 'fastify'
import type { Dispatcher } from 'undici'
import type { HttpClient, HttpRequest, HttpResponse } from '../connector/contract.ts'
import { SourceUnavailable } from '../connector/failures.ts'
import { type AccountGate, PauseTooLong } from './account-gate.ts'
import type { OutboundAllow } from './allow.ts'
import { pageLimits } from './answers/limits.ts'
import type { AnswerMemory } from './answers/memory.ts'
import { askedOnce } from './asked-once.ts'
import { type Attempted, attempt } from './attempt.ts'
import type { OutboundEvents, SentRequest } from './events.ts'
import { checkUrl } from './guard.ts'
import type { ClientOptions } from './options.ts'
import { backoffMs, throttleMs } from './retry.ts'
import { requireSendable } from './sendable.ts'
import type { Time } from './time.ts'

/** What all clients of a process have in common. */
export interface Exchange {
  readonly allow: OutboundAllow
  readonly memory: AnswerMemory
  /** Resolves when a piece of an answer may be parsed. */
  readonly turn: () => Promise<void>
  readonly events: OutboundEvents
  readonly time: Time
  readonly random: () => number
  readonly log?: FastifyBaseLogger
  /** Aborts when the process closes. */
  readonly closing: AbortSignal
  agent(): Promise<Dispatcher>
  gateOf(account: string, connector: string): AccountGate
}

const defaults = { attempts: 5, deadlineMs: 60_000, maxBytes: pageLimits.bytes, maxPauseMs: 60_000 } as const
/** What a client that does not wait still takes as pacing, not as a pause. */
const pacingMs = 1_000

export function createCaller(exchange: Exchange, settings: ClientOptions): HttpClient {
  const { allow, events, log, time, random } = exchange
  const { account, connector = 'none', purpose = 'poll', rate, memo, stats, now = () => new Date() } = settings
  const signal = AbortSignal.any([settings.signal, exchange.closing])
  const maxPauseMs = settings.pauses === 'throw' ? pacingMs : (settings.maxPauseMs ?? defaults.maxPauseMs)
  const deadlineMs = settings.deadlineMs ?? defaults.deadlineMs
  const largest = settings.maxBytes ?? defaults.maxBytes
  const isPerson = purpose === 'person'
  let clock: { readonly date: Date; readonly takenAt: Date } | undefined

  async function once(url: URL, request: HttpRequest): Promise<Attempted> {
    const gate = exchange.gateOf(account, connector)
    const asked = performance.now()
    const { lane } = request
    const leave = await gate.enter({ rate, purpose, lane, signal, maxWaitMs: maxPauseMs }).catch(refusePause)
    const began = performance.now()
    events.turnTaken(connector, began - asked)
    let attempted: Attempted | undefined
    try {
      const agent = await exchange.agent()
      // The process may have been paused while it waited, and its timers have not told it yet.
      settings.assertHeld?.()
      if (stats) {
        stats.requests++
        stats.counted += request.weight ?? 1
      }
      const sender = { agent, account, memory: exchange.memory, turn: exchange.turn, heard }
      const maxBytes = Math.min(request.maxBytes ?? largest, largest)
      attempted = await attempt(sender, url, request, { signal, deadlineMs, maxBytes })
      if (stats) stats.bytes += attempted.response?.bytes ?? 0
      return attempted
    } finally {
      const bytes = attempted?.response?.bytes ?? 0
      events.requestEnded({ connector, outcome: outcomeOf(attempted), ms: performance.now() - began, bytes })
      learn(gate, attempted)
      leave()
    }
  }

  function heard(date: Date): void {
    clock = { date, takenAt: now() }
  }

  /** What people try does not count against the account: it may be a wrong address, and they do not wait for its end. */
  function learn({ breaker }: AccountGate, attempted: Attempted | undefined): void {
    const { failure } = attempted ?? {}
    const isSilent = failure instanceof SourceUnavailable && failure.status === undefined
    if (attempted && !isSilent && !isFault(failure)) breaker.answered()
    else if (isPerson) return
    else if (!attempted) breaker.leave()
    else if (!isSilent) breaker.fault()
    else if (breaker.silent(rate.concurrency)) warn('the vendor does not answer and is left alone')
  }

  const warn = (words: string) => log?.warn({ connector, account }, words)

  async function repeated(url: URL, request: HttpRequest): Promise<HttpResponse> {
    const attempts = request.attempts ?? settings.attempts ?? defaults.attempts
    for (let number = 1; ; number++) {
      const { response, failure, repeatable } = await once(url, request)
      if (response) return response
      if (failure instanceof SourceUnavailable && failure.status === 429) {
        if (stats) stats.throttled++
        const pauseMs = throttleMs(failure.retryAfterMs ?? rate.throttlePauseMs, number, random)
        await exchange.gateOf(account, connector).throttled(pauseMs, rate)
        const last = number >= attempts || settings.pauses === 'throw' || pauseMs > maxPauseMs
        if (last) throw throttled(failure.message, pauseMs, failure)
        log?.warn(
          { host: url.host, attempt: number, pauseMs },
          'the vendor throttles; all requests to this account wait'
        )
        continue
      }
      const asked = failure instanceof SourceUnavailable ? (failure.retryAfterMs ?? 0) : 0
      const pauseMs = Math.max(asked, backoffMs(number, random))
      if (!repeatable || number >= attempts || asked > maxPauseMs) {
        const { breaker } = exchange.gateOf(account, connector)
        if (isFault(failure) && !isPerson && breaker.gaveUp(rate.concurrency))
          warn('the vendor only answers with faults and is left alone')
        throw failure
      }
      log?.debug({ host: url.host, attempt: number, pauseMs, reason: failure.message }, 'a vendor request is repeated')
      await time.sleep(pauseMs, signal)
    }
  }

  return {
    async request(request) {
      const url = checkUrl(request.url, settings.vendorHosts, allow)
      requireSendable(request)
      if (request.lane !== undefined && rate.lanes?.[request.lane] === undefined)
        throw new Error(`The connector declares no lane "${request.lane}"`)
      const ask = () => repeated(url, request)
      const isShared = memo && request.shared && (request.method ?? 'GET') === 'GET' && request.json === undefined
      return isShared ? askedOnce(memo, request, signal, ask) : ask()
    },
    get vendorDate() {
      return clock?.date
    },
    get vendorDateTakenAt() {
      return clock?.takenAt
    }
  }
}

/** The vendor's own servers fail. */
function isFault(failure: Attempted['failure']): boolean {
  return failure instanceof SourceUnavailable && (failure.status ?? 0) >= 500
}

function outcomeOf(attempted: Attempted | undefined): SentRequest['outcome'] {
  if (!attempted) return 'ended'
  if (attempted.response) return attempted.response.status
  return attempted.failure instanceof SourceUnavailable ? (attempted.failure.status ?? 'no-answer') : 'unreadable'
}

function refusePause(error: unknown): never {
  if (!(error instanceof PauseTooLong)) throw error
  throw throttled('The vendor account’s budget of requests is used up for now.', error.waitMs)
}

function throttled(message: string, retryAfterMs: number, cause?: SourceUnavailable): SourceUnavailable {
  const status = cause?.status === undefined ? {} : { status: cause.status }
  return new SourceUnavailable(message, { throttled: true, retryAfterMs, ...status })
}
