/** How often a caller may call: by tenant and subject, less often where a call changes something or asks a vendor. */
import { hash } from 'node:crypto'
import rateLimit, { type FastifyRateLimitStore, type RateLimitPluginOptions } from '@fastify/rate-limit'
import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'

type Kind = 'read' | 'change' | 'vendor'

const windowMs = 60_000
/** Reads are spread: a minute's worth at once would hold up everybody else for as long as it takes. */
const readWindowMs = 1000
/** Callers whose reads are counted in this process; the one not heard of for longest goes first. */
const mostCallers = 20_000

/** Counts that all hosts share, as of the store's port. */
interface SharedCounters {
  hit(key: string, windowMs: number): Promise<{ count: number; resetInMs: number }>
}

export interface CallLimits {
  /** Calls in a minute of one caller, each kind by itself, reads at most a sixtieth of it in a second; 0: not limited. */
  readonly reads: number
  readonly changes: number
  readonly vendorCalls: number
}

function kindOf({ routeOptions, method }: FastifyRequest): Kind {
  if (routeOptions.config.callsVendor) return 'vendor'
  return method === 'GET' || method === 'HEAD' ? 'read' : 'change'
}

/** Subjects are e-mail addresses often enough: the store is told a digest. */
function keyOf(request: FastifyRequest): string {
  const { tenant, sub } = request.caller
  return `calls:${kindOf(request)}:${tenant}:${hash('sha256', sub, 'base64url').slice(0, 22)}`
}

type Counted = (error: Error | null, counted?: { current: number; ttl: number }) => void

interface Window {
  readonly count: number
  /** ms of performance.now() */
  readonly until: number
}

/** Counts of windows in this process. */
class Windows {
  readonly #windows = new Map<string, Window>()

  get(key: string, now: number): Window | undefined {
    const window = this.#windows.get(key)
    return window && window.until > now ? window : undefined
  }

  put(key: string, window: Window): void {
    this.#windows.delete(key)
    this.#windows.set(key, window)
    if (this.#windows.size > mostCallers) this.#windows.delete(this.#windows.keys().next().value!)
  }
}

/** Reads are counted in this process, the rest in the store, over all hosts. */
function countsOver(
  shared: SharedCounters,
  isBeyond: (key: string, count: number) => boolean
): new () => FastifyRateLimitStore {
  return class CallCounts {
    readonly #reads = new Windows()
    /** Whom the store has told to come back: until then it need not be asked again, as its count only grows. */
    readonly #beyond = new Windows()

    incr(key: string, counted: Counted): void {
      const now = performance.now()
      if (key.startsWith('calls:read:')) {
        const { count = 0, until = now + readWindowMs } = this.#reads.get(key, now) ?? {}
        this.#reads.put(key, { count: count + 1, until })
        counted(null, { current: count + 1, ttl: until - now })
        return
      }
      const beyond = this.#beyond.get(key, now)
      if (beyond) {
        counted(null, { current: beyond.count, ttl: beyond.until - now })
        return
      }
      shared.hit(key, windowMs).then(
        ({ count, resetInMs }) => {
          if (isBeyond(key, count)) this.#beyond.put(key, { count, until: performance.now() + resetInMs })
          counted(null, { current: count, ttl: resetInMs })
        },
        error => counted(error)
      )
    }

    child(): this {
      return this
    }
  }
}

export interface CallLimitsOptions {
  readonly limits: CallLimits
  /** Asked with the first call, when the store is there. */
  readonly counters: () => SharedCounters
}

/** `RateLimit-*` headers on every answer to a caller with a token, 429 with `Retry-After` beyond the limit. */
export const callLimitsPlugin = fp<CallLimitsOptions>(
  async (fastify, { limits, counters }) => {
    const most: Readonly<Record<Kind, number>> = {
      read: Math.ceil((limits.reads * readWindowMs) / windowMs),
      change: limits.changes,
      vendor: limits.vendorCalls
    }
    const options: RateLimitPluginOptions = {
      enableDraftSpec: true,
      timeWindow: request => (kindOf(request) === 'read' ? readWindowMs : windowMs),
      max: request => most[kindOf(request)],
      // Routes without a token tell nothing that is worth a flood; those of a kind without a limit are not counted.
      allowList: request => !request.caller || most[kindOf(request)] === 0,
      keyGenerator: request => (request.caller ? keyOf(request) : ''),
      store: countsOver(
        { hit: (key, ms) => counters().hit(key, ms) },
        (key, count) => count > most[key.split(':')[1] as Kind]
      ),
      errorResponseBuilder: (_request, { ttl }) =>
        new errors.HOST_ERR_TOO_MANY_CALLS(String(Math.max(1, Math.ceil(ttl / 1000))))
    }
    await fastify.register(rateLimit, options)
  },
  { name: 'call-limits', fastify: '5.x', dependencies: ['auth'] }
)
