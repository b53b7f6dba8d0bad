import { rateLimitBody } from '../answers/rate-limit.ts'
import type { Answer } from '../answers/read.ts'
import type { ActiveFault } from './rules.ts'

/** Answers that a fault gives instead of the real one; undefined: the fault needs the real one or the wire. */
export function replaceAnswer({ rule }: ActiveFault): Answer | undefined {
  switch (rule.kind) {
    case 'status': {
      const body = rule.body ?? { code: 'ConnectWiseApi', message: `Status ${rule.status}`, errors: null }
      return {
        status: rule.status,
        headers: rule.headers ?? {},
        body: typeof body === 'string' ? body : JSON.stringify(body)
      }
    }
    case 'rateLimit': {
      const { retryAfter } = rule
      const headers: Record<string, string> =
        retryAfter === undefined
          ? {}
          : { 'Retry-After': retryAfter instanceof Date ? retryAfter.toUTCString() : String(retryAfter) }
      return { status: 429, headers, body: rateLimitBody(typeof retryAfter === 'number' ? retryAfter : 30) }
    }
    case 'html':
      return {
        status: 200,
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
        body: '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>'
      }
    case 'emptyPage':
      return { status: 200, headers: {}, body: '[]' }
    case 'redirect':
      return { status: rule.status ?? 302, headers: { Location: rule.location }, body: '' }
    default:
      return undefined
  }
}

/** Changes a real answer. @param address origin and path without query. */
export function changeAnswer(active: ActiveFault, answer: Answer, address: string): Answer {
  const { rule, kept } = active
  switch (rule.kind) {
    case 'truncated': {
      const bytes = Buffer.from(answer.body)
      return { ...answer, bytes: bytes.subarray(0, Math.floor(bytes.length / 2)) }
    }
    case 'repeatPage':
      if (!kept.has(address)) kept.set(address, answer)
      return kept.get(address) as Answer
    case 'latin1':
      return {
        ...answer,
        headers: { ...answer.headers, 'Content-Type': 'application/json' },
        bytes: Buffer.from(answer.body.replace('":"', '":"é'), 'latin1')
      }
    case 'bom':
      return { ...answer, bytes: Buffer.from(`\uFEFF${answer.body}`) }
    default:
      return answer
  }
}

/** The vendor's known failure: one unreadable company makes its whole page fail, unless `fields` is just `id`. */
export function failOnBadRecord(
  bad: readonly ActiveFault[],
  answer: Answer,
  path: string,
  fields: string | undefined
): Answer {
  if (bad.length === 0 || fields === 'id' || !/\/company\/companies(\/\d+)?$/.test(path)) return answer
  const met = bad.find(({ rule }) => rule.kind === 'badRecord' && answer.ids?.includes(rule.companyId))
  if (!met) return answer
  met.hits++
  const body = { code: 'ConnectWiseApi', message: 'String was not recognized as a valid Boolean.' }
  return { status: 500, headers: {}, body: JSON.stringify(body) }
}
