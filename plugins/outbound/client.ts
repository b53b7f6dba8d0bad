import type { Agent } from 'undici'
import type { HttpClient, HttpRequest, HttpResponse } from '../connector/contract.ts'
import { SourceUnavailable } from '../connector/failures.ts'
import { errors } from '../errors.ts'
import { AccountGate, PauseTooLong } from './account-gate.ts'
import { pageLimits } from './answers/limits.ts'
import { AnswerMemory } from './answers/memory.ts'
import { takingTurns } from './answers/turns.ts'
import { type Attempted, attempt } from './attempt.ts'
import { noOutboundEvents, type SentRequest } from './events.ts'
import { checkUrl } from './guard.ts'
import type { ClientOptions, Outbound, OutboundOptions, RequestStats } from './options.ts'
import { backoffMs, throttleMs } from './retry.ts'
import { systemTime } from './time.ts'

export type { ClientOptions, Outbound, OutboundOptions, RequestStats }

const defaults = { attempts: 5, deadlineMs: 60_000, maxBytes: pageLimits.bytes, maxPauseMs: 60_000 } as const
/** What a client that does not wait still takes as pacing, not as a pause. */
const pacingMs = 1_000
const maxHeaderBytes = 32_768
const idleMs = 10_000
/** Gates nobody uses are given up beyond this number. */
const keptGates = 1_000

/** The one way out of the host. Proxy variables of the environment are not obeyed. */
export function createOutbound(options: OutboundOptions): Outbound {
  const { allow, budgets, log, events = noOutboundEvents, time = systemTime, random = Math.random } = options
  const closing = new AbortController()
  const gates = new Map<string, AccountGate>()
  const memory = new AnswerMemory(options.memoryBytes)
  const pieceTurn = takingTurns()
  let agent: Promise<Agent> | undefined

  /** What calls is loaded with the first call: a start is to be quick. */
  async function makeAgent(): Promise<Agent> {
    const [{ Agent }, { guardedConnector }] = await Promise.all([import('undici'), import('./connect.ts')])
    return new Agent({
      connect: guardedConnector(allow, options.lookup, options.tls?.ca),
      allowH2: false,
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs
    })
  }

  function gateOf(account: string): AccountGate {
    const known = gates.get(account)
    if (known) return known
    if (gates.size >= keptGates) for (const [name, gate] of gates) if (gate.idle) gates.delete(name)
    const gate = new AccountGate(account, budgets, time)
    gates.set(account, gate)
    return gate
  }

  function client(settings: ClientOptions): HttpClient {
    const stats: RequestStats = settings.stats ?? { requests: 0, throttled: 0, bytes: 0 }
    const signal = AbortSignal.any([settings.signal, closing.signal])
    const maxPauseMs = settings.pauses === 'throw' ? pacingMs : (settings.maxPauseMs ?? defaults.maxPauseMs)
    const deadlineMs = settings.deadlineMs ?? defaults.deadlineMs
    const { connector = 'none' } = settings
    const largest = settings.maxBytes ?? defaults.maxBytes
    const turn = { rate: settings.rate, signal, maxWaitMs: maxPauseMs }

    async function once(url: URL, request: HttpRequest) {
      const gate = gateOf(settings.account)
      const asked = performance.now()
      await gate.enter(turn).catch(refusePause)
      const began = performance.now()
      events.turnTaken(connector, began - asked)
      let attempted: Attempted | undefined
      try {
        agent ??= makeAgent()
        const sender = { agent: await agent, account: settings.account, memory, turn: pieceTurn }
        // The process may have been paused while it waited, and its timers have not told it yet.
        settings.assertHeld?.()
        stats.requests++
        const maxBytes = Math.min(request.maxBytes ?? largest, largest)
        attempted = await attempt(sender, url, request, { signal, deadlineMs, maxBytes })
        stats.bytes += attempted.response?.bytes ?? 0
        return attempted
      } finally {
        const bytes = attempted?.response?.bytes ?? 0
        events.requestEnded({ connector, outcome: outcomeOf(attempted), ms: performance.now() - began, bytes })
        gate.leave()
      }
    }

    async function request(request: HttpRequest): Promise<HttpResponse> {
      const url = checkUrl(request.url, settings.vendorHosts, allow)
      const attempts = request.attempts ?? settings.attempts ?? defaults.attempts
      for (let number = 1; ; number++) {
        const { response, failure, repeatable } = await once(url, request)
        if (response) return response
        if (failure instanceof SourceUnavailable && failure.status === 429) {
          stats.throttled++
          const pauseMs = throttleMs(failure.retryAfterMs, number, random)
          await gateOf(settings.account).hold(pauseMs)
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
        if (!repeatable || number >= attempts || asked > maxPauseMs) throw failure
        log?.debug(
          { host: url.host, attempt: number, pauseMs, reason: failure.message },
          'a vendor request is repeated'
        )
        await time.sleep(pauseMs, signal)
      }
    }

    return { request }
  }

  return {
    client,
    async close() {
      if (closing.signal.aborted) return
      closing.abort(new errors.HOST_ERR_INTERRUPTED('the host is closing'))
      await (await agent)?.destroy()
    }
  }
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
