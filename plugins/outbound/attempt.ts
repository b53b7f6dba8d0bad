import type { Dispatcher } from 'undici'
import type { HttpRequest } from '../connector/contract.ts'
import { SourceUnavailable, SourceUnreadable, TargetRefused } from '../connector/failures.ts'
import { acceptedEncodings } from './answers/decode.ts'
import type { AnswerLimits } from './answers/limits.ts'
import type { AnswerMemory } from './answers/memory.ts'
import { readBody } from './answers/read-body.ts'
import { Deadline } from './deadline.ts'
import { describeFault, isCertificateFault } from './faults.ts'
import { type Attempted, judge } from './judge.ts'

export type { Attempted }

export interface Limits {
  readonly signal: AbortSignal
  /** Until the whole body is here; without the time in which it waits for memory. */
  readonly deadlineMs: number
  readonly maxBytes: number
}

export interface Sender {
  readonly agent: Dispatcher
  /** Whose answer it is, for its share of the memory. */
  readonly account: string
  readonly memory: AnswerMemory
  /** Resolves when a piece of an answer may be parsed. */
  readonly turn: () => Promise<void>
  /** Told of the vendor's clock, whatever else the answer says. */
  readonly heard?: (date: Date) => void
}

/** Sends one request once. @throws TargetRefused, and the signal's reason */
export async function attempt(sender: Sender, url: URL, request: HttpRequest, limits: Limits): Promise<Attempted> {
  const { signal, deadlineMs } = limits
  signal.throwIfAborted()
  const ending = new AbortController()
  const end = () => ending.abort(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  // undici's own limits start anew with each piece of the body, so a drip would never end.
  const deadline = new Deadline(deadlineMs, () => {
    const message = `${url.host} has not answered completely within ${deadlineMs / 1_000} s.`
    ending.abort(new SourceUnavailable(message, { timedOut: true }))
  })
  const place = sender.memory.enter(sender.account, ending.signal)
  try {
    const reply = await sender.agent.request(options(url, request, ending.signal, deadlineMs))
    const date = Date.parse(reply.headers.date?.toString() ?? '')
    if (!Number.isNaN(date)) sender.heard?.(new Date(date))
    const read = async (most: AnswerLimits) => {
      const bytes = Math.min(most.bytes, limits.maxBytes)
      const encoding = reply.headers['content-encoding']
      const reading = {
        limits: { ...most, bytes },
        place,
        pausing: (until: Promise<void>) => deadline.pausing(until)
      }
      const body = await readBody(reply.body, encoding?.toString(), reading)
      deadline.clear()
      return body
    }
    const turn = async () => {
      await sender.turn()
      signal.throwIfAborted()
    }
    return await judge(reply, url, request, { read, turn })
  } catch (error) {
    signal.throwIfAborted()
    return failed(error, url)
  } finally {
    deadline.clear()
    place.leave()
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
