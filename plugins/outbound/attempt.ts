import type { Dispatcher } from 'undici'
import type { HttpRequest, HttpResponse } from '../connector/contract.ts'
import { SourceUnavailable, SourceUnreadable, TargetRefused } from '../connector/failures.ts'
import { describeFault, isCertificateFault } from './faults.ts'
import { parseJson } from './parse-json.ts'
import { acceptedEncodings, readBody } from './read-body.ts'
import { retryAfterMs } from './retry.ts'

export interface Limits {
  readonly signal: AbortSignal
  readonly deadlineMs: number
  readonly maxBytes: number
}

export type Attempted =
  | { readonly response: HttpResponse; readonly failure?: undefined; readonly repeatable?: undefined }
  | {
      readonly response?: undefined
      readonly failure: SourceUnavailable | SourceUnreadable
      readonly repeatable: boolean
    }

/** A refusal is short; a longer body of a 4xx is not worth reading. */
const refusalBytes = 1_048_576
/** So much of an unwanted body is read to keep the connection. */
const drained = { bytes: 65_536, ms: 1_000 } as const

/** Sends one request once. @throws TargetRefused, and the signal's reason */
export async function attempt(agent: Dispatcher, url: URL, request: HttpRequest, limits: Limits): Promise<Attempted> {
  const { signal, deadlineMs } = limits
  signal.throwIfAborted()
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  // undici's own limits start anew with each piece of the body, so a drip would never end.
  const timer = setTimeout(() => {
    ending.abort(new SourceUnavailable(`${url.host} has not answered completely within ${deadlineMs / 1_000} s.`))
  }, deadlineMs)
  try {
    return await judge(await agent.request(options(url, request, ending.signal, deadlineMs)), url, request, limits)
  } catch (error) {
    signal.throwIfAborted()
    return failed(error, url)
  } finally {
    clearTimeout(timer)
    signal.removeEventListener('abort', end)
  }
}

function options(url: URL, request: HttpRequest, signal: AbortSignal, deadlineMs: number): Dispatcher.RequestOptions {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  return {
    origin: url.origin,
    path: url.pathname + url.search,
    method: request.method ?? 'GET',
    headers: {
      accept: 'application/json',
      'user-agent': 'integration-host',
      ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...Object.fromEntries(headers),
      'accept-encoding': acceptedEncodings
    },
    ...(request.json === undefined ? {} : { body: JSON.stringify(request.json) }),
    signal,
    headersTimeout: deadlineMs,
    bodyTimeout: deadlineMs
  }
}

async function judge(
  reply: Dispatcher.ResponseData,
  url: URL,
  request: HttpRequest,
  { maxBytes }: Limits
): Promise<Attempted> {
  const status = reply.statusCode
  const headers = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, String(value)]))
  const encoding = headers['content-encoding']
  if (status >= 200 && status < 300) {
    const bytes = await readBody(reply.body, encoding, maxBytes)
    return { response: { status, headers, body: parseJson(bytes, request.decimals), bytes: bytes.length } }
  }
  if (status >= 400 && status < 500 && status !== 429) {
    return {
      response: { status, headers, ...(await readRefusal(reply.body, encoding, Math.min(maxBytes, refusalBytes))) }
    }
  }
  await reply.body.dump({ limit: drained.bytes, signal: AbortSignal.timeout(drained.ms) }).catch(() => {})
  if (status < 400) {
    const message = `${url.host} answered with a redirect (${status}), which is never followed. Is the address right?`
    return { failure: new SourceUnreadable(message, 'shape'), repeatable: false }
  }
  const asked = retryAfterMs(headers)
  const message = status === 429 ? `${url.host} throttles our requests.` : `${url.host} answered with status ${status}.`
  const detail = { status, throttled: status === 429, ...(asked === undefined ? {} : { retryAfterMs: asked }) }
  return { failure: new SourceUnavailable(message, detail), repeatable: true }
}

async function readRefusal(body: AsyncIterable<Buffer>, encoding: string | undefined, maxBytes: number) {
  let bytes = 0
  try {
    const read = await readBody(body, encoding, maxBytes)
    bytes = read.length
    return { body: parseJson(read), bytes }
  } catch (error) {
    if (error instanceof SourceUnreadable) return { body: undefined, bytes }
    throw error
  }
}

function failed(error: unknown, url: URL): Attempted {
  if (error instanceof TargetRefused) throw error
  if (error instanceof SourceUnavailable) return { failure: error, repeatable: true }
  if (error instanceof SourceUnreadable) {
    // A maintenance page or a cut answer passes; a wrong shape or size comes again.
    return { failure: error, repeatable: ['html', 'truncated', 'empty'].includes(error.kind) }
  }
  const reason = describeFault(error)
  if (reason === undefined) throw error
  return {
    failure: new SourceUnavailable(`${url.host} ${reason}.`, { cause: error }),
    repeatable: !isCertificateFault(error)
  }
}
