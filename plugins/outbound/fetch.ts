import type { LookupFunction } from 'node:net'
import { SourceUnavailable, SourceUnreadable, TargetRefused } from '../connector/failures.ts'
import { guardedAgent } from './agent.ts'
import { decoded } from './answers/decode.ts'
import { describeFault } from './faults.ts'
import { checkUrl } from './guard.ts'
import type { OutboundConfig } from './outbound-config.ts'

/** What one caller may call, and how much of an answer it reads. */
export interface FetchRule {
  /** As URL.origin spells them. May be called, also at private addresses, as if they stood in OUTBOUND_ALLOW. */
  readonly origins?: readonly string[]
  /** Any https URL without a port whose name leads to the public internet. @default false */
  readonly anyPublicHost?: boolean
  /** Of the decoded body. */
  readonly maxBytes: number
  /** For the whole answer. */
  readonly deadlineMs: number
}

export interface FetcherOptions extends OutboundConfig {
  /** How names become addresses. @default the system's resolver */
  readonly lookup?: LookupFunction
}

/** The part of fetch's own signature that is served; anything else in it is refused. */
export type GuardedFetch = (
  url: string | URL,
  init?: {
    readonly method?: string
    readonly headers?: Headers | Readonly<Record<string, string>>
    readonly body?: string | Uint8Array | null
    readonly signal?: AbortSignal | null
    readonly redirect?: string
  }
) => Promise<Response>

export interface Fetcher {
  for(rule: FetchRule): GuardedFetch
  /** Ends what is under way. May be called twice. */
  close(): Promise<void>
}

/**
 * For what the host calls beside vendors (a token issuer's keys, webhooks of tenants): the same guard over addresses and
 * certificates as for vendors, no redirects (a 3xx is an answer), no budgets and no repeats. Rejects with TargetRefused,
 * SourceUnavailable, SourceUnreadable (`too-large`) or the signal's reason.
 */
export function createFetcher({ allow: listed, tls, proxy, lookup }: FetcherOptions): Fetcher {
  const closes: (() => Promise<void>)[] = []
  return {
    for(rule) {
      const allow = { ...listed, origins: new Set([...listed.origins, ...(rule.origins ?? [])]) }
      const agent = guardedAgent({
        allow,
        ...(tls && { ca: tls.ca }),
        ...(proxy && { proxy }),
        ...(lookup && { lookup })
      })
      closes.push(agent.close)

      return async (target, { method = 'GET', headers, body, signal } = {}) => {
        if (method !== 'GET' && method !== 'POST') throw new TypeError(`This fetch takes no ${method}`)
        const url = checkUrl(String(target), rule.anyPublicHost ? ['*'] : [], allow)
        const late = AbortSignal.timeout(rule.deadlineMs)
        const ending = AbortSignal.any(signal ? [late, signal] : [late])
        try {
          const sender = await agent.get()
          const reply = await sender.request({
            origin: url.origin,
            path: url.pathname + url.search,
            method,
            headers: { 'user-agent': 'integration-host', ...Object.fromEntries(new Headers(headers)) },
            ...(body === undefined || body === null ? {} : { body }),
            signal: ending,
            headersTimeout: rule.deadlineMs,
            bodyTimeout: rule.deadlineMs
          })
          const encoding = reply.headers['content-encoding']?.toString()
          const bytes = await readBytes(decoded(reply.body, encoding), rule.maxBytes).finally(() => {
            reply.body.on('error', () => {}).destroy()
          })
          return new Response(withoutBody.has(reply.statusCode) ? null : bytes, {
            status: reply.statusCode,
            headers: plain(reply.headers)
          })
        } catch (error) {
          signal?.throwIfAborted()
          throw explained(error, url, late, rule.deadlineMs)
        }
      }
    },
    async close() {
      await Promise.all(closes.map(close => close()))
    }
  }
}

const withoutBody = new Set([204, 205, 304])

async function readBytes(body: AsyncIterable<Buffer>, most: number): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > most) throw new SourceUnreadable(`The answer is longer than ${most} bytes.`, 'too-large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, size)
}

/** As they are of the decoded body. */
function plain(headers: Readonly<Record<string, string | string[] | undefined>>): [string, string][] {
  return Object.entries(headers).flatMap(([name, value]) =>
    value === undefined || /^content-(encoding|length)$/.test(name) ? [] : [[name, String(value)] as [string, string]]
  )
}

function explained(error: unknown, { host }: URL, late: AbortSignal, deadlineMs: number): unknown {
  if (error instanceof TargetRefused || error instanceof SourceUnreadable) return error
  if (late.aborted) return new SourceUnavailable(`${host} has not answered completely within ${deadlineMs / 1_000} s.`)
  const reason = describeFault(error)
  return reason === undefined ? error : new SourceUnavailable(`${host} ${reason}.`, { cause: error })
}
