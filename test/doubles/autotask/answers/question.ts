import type { UserDefinedField } from '../accounts/account.ts'
import { wrong } from '../refusal.ts'
import type { Entity } from '../schema.ts'
import { type Condition, readFilter, valueIn } from './filter.ts'

export const fullPage = 500

/** What a query asks for. */
export interface Question {
  readonly condition: Condition
  /** Canonical names; undefined: all. */
  readonly includeFields: readonly string[] | undefined
  readonly maxRecords: number
}

export interface QuestionRules {
  entity: Entity
  userDefinedFields: readonly UserDefinedField[]
  unknownOperator: 'ignored' | 'refused'
  orLimit: number
}

/** @param text the body of a POST or `search` of a GET */
export function readQuestion(text: string, rules: QuestionRules): Question {
  let given: unknown
  try {
    given = JSON.parse(text)
  } catch {
    throw wrong('The query could not be read.')
  }
  if (typeof given !== 'object' || given === null) throw wrong('The query could not be read.')
  return {
    condition: readFilter(valueIn(given, 'filter'), rules),
    includeFields: readFields(valueIn(given, 'IncludeFields'), rules.entity),
    maxRecords: readMaximum(valueIn(given, 'MaxRecords'))
  }
}

function readFields(given: unknown, entity: Entity): string[] | undefined {
  if (given === undefined || given === null || (Array.isArray(given) && given.length === 0)) return undefined
  if (!Array.isArray(given)) throw wrong('IncludeFields must be a list of names.')
  return given.map(name => {
    const field = entity.fields.get(String(name).toLowerCase())
    if (!field) throw wrong(`Unable to find ${String(name)} in the ${entity.name} Entity.`)
    return field.name
  })
}

function readMaximum(given: unknown): number {
  if (given === undefined || given === null) return fullPage
  const maximum = Number(given)
  if (!Number.isInteger(maximum) || maximum < 1 || maximum > fullPage) {
    throw wrong(`MaxRecords must be a value between 1 and ${fullPage}.`)
  }
  return maximum
}
