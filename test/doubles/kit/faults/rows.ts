import type { Answer, Subject } from '../call.ts'
import { createRandom } from '../random.ts'
import type { AnswerShape } from '../vendor.ts'
import type { RowFault } from './rules.ts'

/** The answer with its rows spoilt; a refusal stays what it is. */
export function spoilRows(fault: RowFault, answer: Answer, subject: Subject, shape: AnswerShape): Answer {
  if (answer.status !== 200) return answer
  const spoilt = shape.rows(answer, subject, rows => editRows(fault, rows))
  return fault.kind === 'emptyPage' ? shape.last(spoilt) : spoilt
}

function editRows(fault: RowFault, rows: any[]): unknown[] {
  switch (fault.kind) {
    case 'emptyPage':
      return []
    case 'cutList':
      return rows.slice(0, fault.keep ?? Math.floor(rows.length * (fault.share ?? 0.5)))
    case 'doubledRows':
      return fault.how === 'laps' ? [...rows, ...rows] : rows.flatMap(row => [row, row])
    case 'reorderedRows':
      return fault.how === 'shuffled' ? shuffled(rows, fault.seed ?? 1) : rows.toReversed()
    case 'blankField':
      return rows.map(row => blank(row, fault.field.split('/'), fault.as ?? 'absent'))
    case 'editRows':
      return rows.map(row => fault.edit(row)).filter(row => row !== undefined)
    case 'editList':
      return fault.edit(rows)
  }
}

function shuffled(rows: readonly unknown[], seed: number): unknown[] {
  const random = createRandom(seed)
  const order = rows.map(row => ({ row, at: random.next() }))
  return order.sort((a, b) => a.at - b.at).map(({ row }) => row)
}

const blanks = { null: null, empty: '', 'empty-object': {} }

function blank(row: any, [field = '', ...inner]: string[], as: 'absent' | keyof typeof blanks): unknown {
  if (typeof row !== 'object' || row === null) return row
  if (Array.isArray(row)) return row.map(element => blank(element, [field, ...inner], as))
  if (inner.length > 0) return field in row ? { ...row, [field]: blank(row[field], inner, as) } : row
  const { [field]: _, ...rest } = row
  return as === 'absent' ? rest : { ...row, [field]: blanks[as] }
}
