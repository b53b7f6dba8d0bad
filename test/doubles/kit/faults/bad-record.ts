import type { Answer, Holding, Subject } from '../call.ts'
import type { AnswerShape } from '../vendor.ts'
import { type ActiveFault, count } from './book.ts'
import type { BadRecord, FaultRule } from './rules.ts'

type BadRule = FaultRule & BadRecord

/**
 * One unreadable record makes the whole answer fail that holds it, as vendors are known to do.
 * @param as how the answer is asked for: a part of a bundle is judged before the bundle
 */
export function failOnBadRecord(
  bad: readonly ActiveFault[],
  answer: Answer,
  subject: Subject,
  as: 'record' | 'list' | 'part' | 'bundle',
  shape: AnswerShape
): Answer {
  if (bad.length === 0 || answer.status !== 200) return answer
  const met = bad.find(entry => {
    const rule = entry.rule as BadRule
    const { where = ['record', 'list', 'part'], sparesIds = true } = rule
    if (!where.includes(as) || (sparesIds && subject.idsOnly)) return false
    return (answer.holds ?? []).some(holding => holds(holding, rule)) && count(entry)
  })
  if (!met) return answer
  const { status = 500 } = met.rule as BadRule
  return { status, headers: {}, body: shape.unreadable(status) }
}

function holds({ endpoint, ids, parent }: Holding, rule: BadRecord): boolean {
  if (endpoint !== rule.table) return false
  return (rule.id !== undefined && ids.includes(rule.id)) || (rule.parent !== undefined && parent === rule.parent)
}
