import type { Answer, Subject } from '../call.ts'
import type { AnswerShape } from '../vendor.ts'
import type { ActiveFault } from './book.ts'
import { spoilRows } from './rows.ts'
import { isRowFault } from './rules.ts'

const signInPage = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><form>Sign in</form></body></html>'

/** Answers that a fault gives instead of the real one; undefined: the fault needs the real one or the wire. */
export function replaceAnswer({ rule }: ActiveFault, shape: AnswerShape): Answer | undefined {
  switch (rule.kind) {
    case 'status': {
      const body = rule.body ?? shape.refusal(rule.status)
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      return { status: rule.status, headers: rule.headers ?? {}, body: text }
    }
    case 'rateLimit': {
      const { retryAfter } = rule
      return shape.throttled(retryAfter instanceof Date ? retryAfter.toUTCString() : retryAfter?.toString())
    }
    case 'html':
      return { status: 200, headers: { 'Content-Type': 'text/html; charset=utf-8' }, body: signInPage }
    case 'redirect':
      return { status: rule.status ?? 302, headers: { Location: rule.location }, body: '' }
    default:
      return undefined
  }
}

/** Changes a real answer. @param path without its query: pages of one list share it */
export function changeAnswer(
  active: ActiveFault,
  answer: Answer,
  subject: Subject,
  shape: AnswerShape,
  path: string
): Answer {
  const { rule, kept } = active
  if (isRowFault(rule)) return spoilRows(rule, answer, subject, shape)
  switch (rule.kind) {
    case 'count': {
      if (answer.status !== 200) return answer
      const { is, add = 0 } = rule
      return shape.count(answer, real => String(is ?? real + add))
    }
    case 'truncated': {
      const bytes = Buffer.from(answer.body)
      return { ...answer, bytes: bytes.subarray(0, Math.floor(bytes.length / 2)) }
    }
    case 'repeatPage':
      if (!kept.has(path)) kept.set(path, answer)
      return kept.get(path)!
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

/** What a fault makes of one part of a bundle. */
export function spoilPart(active: ActiveFault, answer: () => Answer, subject: Subject, shape: AnswerShape): Answer {
  return replaceAnswer(active, shape) ?? changeAnswer(active, answer(), subject, shape, '')
}

/** Headers and delay of the faults that stand beside others. */
export function besides(beside: readonly ActiveFault[]): { delayMs: number; headers: Record<string, string | null> } {
  let delayMs = 0
  const headers: Record<string, string | null> = {}
  for (const { rule } of beside) {
    if (rule.kind === 'slow') delayMs += rule.ms
    else if (rule.kind === 'headers') Object.assign(headers, rule.headers)
    else if (rule.kind === 'date') headers.Date = dateText(rule)
  }
  return { delayMs, headers }
}

function dateText({ at, shiftMs = 0 }: { at?: string | Date | null; shiftMs?: number }): string | null {
  if (at === null) return null
  if (at === undefined) return new Date(Date.now() + shiftMs).toUTCString()
  return at instanceof Date ? at.toUTCString() : at
}
