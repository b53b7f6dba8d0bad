import type { Filter, Table, VendorRecord } from '../../kit/index.ts'
import { stampFields, type UserDefinedField } from '../accounts/account.ts'
import { readTime } from '../dates.ts'
import { wrong } from '../refusal.ts'
import type { Entity, FieldType } from '../schema.ts'
import { type Operator, operators, testOf } from './operators.ts'

/** A condition that was read: what it asks of a record, and what its terms say that every match must satisfy. */
export interface Condition {
  readonly test: (record: VendorRecord) => boolean
  readonly required: readonly Required[]
}

interface Required {
  readonly field: string
  readonly operator: Operator
  readonly values: readonly unknown[]
}

export interface FilterRules {
  entity: Entity
  userDefinedFields: readonly UserDefinedField[]
  unknownOperator: 'ignored' | 'refused'
  orLimit: number
}

/** Reads `filter`: its entries are joined by AND. Undefined entries are conditions that were ignored. */
export function readFilter(filter: unknown, rules: FilterRules): Condition {
  if (!Array.isArray(filter) || filter.length === 0) throw wrong('The filter is missing or empty.')
  const counted = { ors: 0, userDefined: 0 }
  const condition = all(filter.map(one => readCondition(one, rules, counted)))
  if (counted.ors > rules.orLimit) throw wrong(`Queries are limited to ${rules.orLimit} or fewer 'OR' conditions`)
  if (counted.userDefined > 1) throw wrong('Only one user-defined field can be queried at a time.')
  return condition ?? { test: () => true, required: [] }
}

/** Names and keys are found in any case. */
export function valueIn(object: any, name: string): unknown {
  const key = Object.keys(object ?? {}).find(one => one.toLowerCase() === name.toLowerCase())
  return key === undefined ? undefined : object[key]
}

interface Counted {
  ors: number
  userDefined: number
}

function readCondition(given: unknown, rules: FilterRules, counted: Counted): Condition | undefined {
  if (typeof given !== 'object' || given === null) throw wrong('A condition must be an object.')
  const name = String(valueIn(given, 'op') ?? '')
  const items = valueIn(given, 'items')
  const group = name.toLowerCase()
  if ((group === 'and' || group === 'or') && Array.isArray(items)) {
    if (group === 'or') counted.ors += items.length
    const conditions = items.map(item => readCondition(item, rules, counted))
    return group === 'and' ? all(conditions) : any(conditions)
  }
  const { field, type, read } = fieldOf(given, rules, counted)
  const operator = operators.find(one => one.toLowerCase() === group)
  if (!operator) {
    // The vendor says nothing of it, and what the condition would have left out comes as well.
    if (rules.unknownOperator === 'ignored') return undefined
    throw wrong(`The operator '${name}' is not known.`)
  }
  const value = valueIn(given, 'value')
  const isList = operator === 'in' || operator === 'notIn'
  if (isList && !Array.isArray(value)) throw wrong(`'${operator}' needs a list of values.`)
  const values = isList ? (value as unknown[]) : [value]
  if (isList) counted.ors += values.length
  const test = testOf(operator, type, values, field)
  return { test: record => test(read(record)), required: [{ field, operator, values }] }
}

interface FoundField {
  field: string
  type: FieldType
  read: (record: VendorRecord) => unknown
}

function fieldOf(given: object, { entity, userDefinedFields }: FilterRules, counted: Counted): FoundField {
  const name = String(valueIn(given, 'field') ?? '')
  if (valueIn(given, 'udf') === true) {
    const known = userDefinedFields.find(one => one.name.toLowerCase() === name.toLowerCase())
    if (!known) throw wrong(`Unable to find ${name} in the ${entity.name} Entity.`)
    counted.userDefined++
    const read = ({ userDefinedFields: held = [] }: VendorRecord) =>
      held.find((one: { name: string }) => one.name === known.name)?.value
    // A name that no field has, so that it narrows nothing.
    return { field: `udf ${known.name}`, type: known.dataType, read }
  }
  const field = entity.fields.get(name.toLowerCase())
  if (!field) throw wrong(`Unable to find ${name} in the ${entity.name} Entity.`)
  if (!field.isQueryable) throw wrong(`${field.name} of the ${entity.name} Entity cannot be queried.`)
  return { field: field.name, type: field.type, read: record => record[field.name] }
}

function all(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const given = conditions.filter(condition => condition !== undefined)
  if (given.length === 0) return undefined
  const tests = given.map(({ test }) => test)
  return { test: record => tests.every(test => test(record)), required: given.flatMap(({ required }) => required) }
}

/** Nothing in particular is required by an OR, but the least of its stamps. */
function any(conditions: readonly (Condition | undefined)[]): Condition | undefined {
  const given = conditions.filter(condition => condition !== undefined)
  if (given.length === 0) return undefined
  const tests = given.map(({ test }) => test)
  const stamps = given.map(({ required }) => required.find(isStampBound))
  const least = stamps.every(stamp => stamp !== undefined)
    ? stamps.reduce((a, b) => (readTime(a.values[0]) <= readTime(b.values[0]) ? a : b))
    : undefined
  return { test: record => tests.some(test => test(record)), required: least ? [least] : [] }
}

function isStampBound({ field, operator }: Required): boolean {
  return stampFields.includes(field) && (operator === 'gt' || operator === 'gte' || operator === 'eq')
}

/** Bounds that spare most of a table's records; the test still runs. */
export function narrow(table: Table, { test, required }: Condition): Filter {
  const filter: Filter = { test }
  const keep = (ids: readonly number[]) => {
    const sorted = [...new Set(ids)].sort((a, b) => a - b)
    const known = filter.ids && new Set(filter.ids)
    filter.ids = known ? sorted.filter(id => known.has(id)) : sorted
  }
  for (const term of required) {
    const { field, operator, values } = term
    const numbers = values.map(Number)
    const isExact = operator === 'eq' || operator === 'in'
    if (field === 'id' && isExact) keep(numbers)
    else if (field === 'id' && (operator === 'gt' || operator === 'gte')) {
      const after = operator === 'gt' ? Math.floor(numbers[0]!) : Math.ceil(numbers[0]!) - 1
      filter.afterId = Math.max(filter.afterId ?? -1, after)
    } else if (field === 'id' && (operator === 'lt' || operator === 'lte')) {
      const through = operator === 'lte' ? Math.floor(numbers[0]!) : Math.ceil(numbers[0]!) - 1
      filter.throughId = Math.min(filter.throughId ?? Number.POSITIVE_INFINITY, through)
    } else if (isExact && table.indexes.includes(field)) keep(numbers.flatMap(parent => table.children(parent, field)))
    else if (isStampBound(term)) {
      filter.since = Math.max(filter.since ?? Number.NEGATIVE_INFINITY, readTime(values[0]))
    }
  }
  return filter
}
