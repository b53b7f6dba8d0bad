/** The ConnectWise double without a wire between: the connector's requests are answered from its tables in this process. */
import type { IncomingMessage } from 'node:http'
import { Value } from 'typebox/value'
import { connectwise } from '../../connectors/connectwise/index.ts'
import type { Connector, HttpClient, HttpRequest, HttpResponse } from '../../plugins/connector/contract.ts'
import { SourceUnavailable } from '../../plugins/connector/contract.ts'
import { planRanges, writeRanges } from '../../plugins/connector/kit/composed/ranges.ts'
import { parseJson } from '../../plugins/outbound/answers/parse-json.ts'
import { askedOnce } from '../../plugins/outbound/asked-once.ts'
import type { CallOptions, DisposableContext, Vendor } from '../../plugins/outbound/vendor.ts'
import type { Connection } from '../../plugins/storage/port.ts'
import { subjectOf } from '../doubles/connectwise/answers/subject.ts'
import type { Account } from '../doubles/connectwise/index.ts'
import { apiAccount, createInstance } from '../doubles/connectwise/server.ts'
import type { Clock, Random, Subject } from '../doubles/kit/index.ts'

const origin = 'https://psa.example'
const release = 'v2026_1'

/** What a connection of it is found to be at the install. */
export const connectionState = { apiOrigin: origin, codebase: release, keyOrder: 'as-given' }

const credentials = {
  username: `${apiAccount.companyId}+${apiAccount.publicKey}`,
  password: apiAccount.privateKey,
  domain: origin,
  apiVersion: '',
  clientId: apiAccount.clientId
}

/** Told of each request before it is answered: it may change the vendor, turn the clock, spoil the answer or wait. */
export type Meet = (subject: Subject, request: HttpRequest) => Promise<(() => void) | undefined>

export interface InProcessVendor {
  readonly server: ReturnType<typeof createInstance>['server']
  /** As the host's own: makes the contexts that connectors are called with. */
  readonly vendor: Vendor
  readonly connector: Connector
  meet: Meet
  /** Requests so far. */
  requests: number
}

/** @param pageSize what the vendor sends at most in one page of a list, so that small accounts take several */
export function inProcessVendor(account: Account, clock: Clock, random: Random, pageSize: number): InProcessVendor {
  const { server, site } = createInstance({ account, now: clock.now, rateLimit: false, release })

  function answer(request: HttpRequest): HttpResponse {
    const url = new URL(request.url.replace('pageSize=1000', `pageSize=${pageSize}`))
    const { method = 'GET', headers = {}, json, decimals } = request
    const lower = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
    const body = json === undefined ? '' : JSON.stringify(json)
    const asked = { url: url.pathname + url.search, headers: { ...lower, 'content-type': 'application/json' } }
    const given = site.ask({
      request: asked as unknown as IncomingMessage,
      method,
      path: url.pathname,
      rawQuery: url.search.slice(1),
      body,
      origin
    })
    const { status } = given
    if (status === 429 || status >= 500)
      throw new SourceUnavailable(`status ${status}`, { status, throttled: status === 429, retryAfterMs: 1000 })
    const bytes = given.bytes ?? Buffer.from(given.body)
    const answered = Object.fromEntries(
      Object.entries(given.headers).map(([name, value]) => [name.toLowerCase(), value])
    )
    const parsed = status < 300 ? parseJson(bytes, decimals) : JSON.parse(given.body)
    return { status, headers: answered, body: parsed, bytes: bytes.length }
  }

  function httpOf(options: CallOptions): HttpClient {
    const { signal = new AbortController().signal, assertHeld, stats, memo } = options
    let heard: { date: Date; takenAt: Date } | undefined
    const once = async (request: HttpRequest): Promise<HttpResponse> => {
      signal.throwIfAborted()
      assertHeld?.()
      const cleared = await made.meet(subjectOfRequest(request), request)
      if (stats) {
        stats.requests++
        stats.counted += request.weight ?? 1
      }
      made.requests++
      try {
        const response = answer(request)
        const date = new Date(Math.floor(clock.now().getTime() / 1000) * 1000)
        heard = { date, takenAt: clock.now() }
        if (stats) stats.bytes += response.bytes
        return response
      } finally {
        cleared?.()
      }
    }
    const repeated = async (request: HttpRequest): Promise<HttpResponse> => {
      for (let left = Math.min(request.attempts ?? 2, 2); ; left--) {
        try {
          return await once(request)
        } catch (error) {
          if (left <= 1 || !(error instanceof SourceUnavailable)) throw error
        }
      }
    }
    return {
      request: request =>
        memo && request.shared ? askedOnce(memo, request, signal, () => repeated(request)) : repeated(request),
      get vendorDate() {
        return heard?.date
      },
      get vendorDateTakenAt() {
        return heard?.takenAt
      }
    }
  }

  function over(_connector: Connector, connection: Connection, options: CallOptions): DisposableContext {
    let { state } = connection
    return {
      credentials,
      operator: {},
      settings: Value.Default(connectwise.settings, structuredClone(options.settings)) as Record<string, unknown>,
      resolved: options.resolved ?? {},
      get state() {
        return state
      },
      async saveState(change) {
        state = { ...state, ...change }
      },
      http: httpOf(options),
      log: options.log,
      signal: options.signal ?? new AbortController().signal,
      now: clock.now,
      dispose() {}
    }
  }

  const made: InProcessVendor = {
    server,
    connector: {
      ...connectwise,
      syncTypes: connectwise.syncTypes.map(syncType => cutAtRandom(syncType, account, random))
    },
    vendor: {
      over,
      trial: () => {
        throw new Error('nothing is typed here')
      }
    },
    meet: async () => undefined,
    requests: 0
  }
  return made
}

function subjectOfRequest({ url, json, method = 'GET' }: HttpRequest): Subject {
  const { pathname, search } = new URL(url)
  const body = json === undefined ? '' : JSON.stringify(json)
  return subjectOf({ path: pathname, rawQuery: search.slice(1), body, method } as Parameters<typeof subjectOf>[0])
}

/** A pass of a large account reads several ranges at once; here chance cuts a small one. */
function cutAtRandom(syncType: Connector['syncTypes'][number], { companies }: Account, random: Random) {
  return {
    ...syncType,
    async begin(context: Parameters<typeof syncType.begin>[0]) {
      const start = await syncType.begin(context)
      const ids = companies.scan()
      const borders = Array.from({ length: random.below(4) }, () => random.pick(ids))
      return { ...start, position: { ...start.position, ranges: writeRanges(planRanges(borders)) } }
    }
  }
}
