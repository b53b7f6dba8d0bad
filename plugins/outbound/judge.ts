import type { Dispatcher } from 'undici'
import type { HttpRequest, HttpResponse } from '../connector/contract.ts'
import { SourceUnavailable, SourceUnreadable } from '../connector/failures.ts'
import { type AnswerLimits, pageLimits, refusalLimits } from './answers/limits.ts'
import { parseAnswer } from './answers/parse-json.ts'
import type { ReadBody } from './answers/read-body.ts'
import { retryAfterMs } from './retry.ts'

export type Attempted =
  | { readonly response: HttpResponse; readonly failure?: undefined; readonly repeatable?: undefined }
  | {
      readonly response?: undefined
      readonly failure: SourceUnavailable | SourceUnreadable
      readonly repeatable: boolean
    }

export interface Reading {
  read(limits: AnswerLimits): Promise<ReadBody>
  /** Resolves when a piece of the answer may be parsed. */
  turn(): Promise<void>
}

/** So much of an unwanted body is read to keep the connection. */
const drained = { bytes: 65_536, ms: 1_000 } as const

/** What the vendor's reply means: an answer, or a failure that may pass. @throws SourceUnreadable, faults of the network */
export async function judge(
  reply: Dispatcher.ResponseData,
  url: URL,
  request: HttpRequest,
  { read, turn }: Reading
): Promise<Attempted> {
  const status = reply.statusCode
  const headers = Object.fromEntries(Object.entries(reply.headers).map(([name, value]) => [name, String(value)]))
  if (status >= 200 && status < 300) {
    const body = await read(pageLimits)
    const parsed = await parseAnswer(body, request.decimals ?? [], turn)
    return { response: { status, headers, body: parsed, bytes: body.bytes.length } }
  }
  const isAnswer = status >= 500 && request.answers?.includes(status)
  if (isAnswer || (status >= 400 && status < 500 && status !== 429)) {
    return { response: { status, headers, ...(await refusal(read, turn)) } }
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

/** What a refusal says, if it says it in JSON and briefly. */
async function refusal(read: Reading['read'], turn: Reading['turn']): Promise<Pick<HttpResponse, 'body' | 'bytes'>> {
  let bytes = 0
  try {
    const body = await read(refusalLimits)
    bytes = body.bytes.length
    return { body: await parseAnswer(body, [], turn), bytes }
  } catch (error) {
    if (error instanceof SourceUnreadable) return { body: undefined, bytes }
    throw error
  }
}
