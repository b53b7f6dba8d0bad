import { readTime } from '../dates.ts'
import { wrong } from '../refusal.ts'
import type { FieldType } from '../schema.ts'

export const operators = [
  'eq',
  'noteq',
  'gt',
  'gte',
  'lt',
  'lte',
  'beginsWith',
  'endsWith',
  'contains',
  'exist',
  'notExist',
  'in',
  'notIn'
] as const
export type Operator = (typeof operators)[number]

type Plain = string | number | boolean

/** What an operator asks of a field's value. Null satisfies nothing but `notExist`, as in the vendor's database. */
export function testOf(
  operator: Operator,
  type: FieldType,
  values: readonly unknown[],
  field: string
): (value: unknown) => boolean {
  if (operator === 'exist') return value => value !== null && value !== undefined
  if (operator === 'notExist') return value => value === null || value === undefined
  const wanted = values.map(value => asked(value, type, field))
  const test = comparison(operator, type, wanted, field)
  return value => {
    const held = kept(value, type)
    return held !== undefined && test(held)
  }
}

function comparison(
  operator: Exclude<Operator, 'exist' | 'notExist'>,
  type: FieldType,
  wanted: readonly Plain[],
  field: string
): (held: Plain) => boolean {
  const [first] = wanted as [Plain]
  switch (operator) {
    case 'eq':
      return held => held === first
    case 'noteq':
      return held => held !== first
    case 'gt':
      return held => held > first
    case 'gte':
      return held => held >= first
    case 'lt':
      return held => held < first
    case 'lte':
      return held => held <= first
    case 'in': {
      const members = new Set(wanted)
      return held => members.has(held)
    }
    case 'notIn': {
      const members = new Set(wanted)
      return held => !members.has(held)
    }
    default:
      if (type !== 'string') throw wrong(`'${operator}' needs a text field, which ${field} is not.`)
      if (operator === 'beginsWith') return held => String(held).startsWith(String(first))
      if (operator === 'endsWith') return held => String(held).endsWith(String(first))
      return held => String(held).includes(String(first))
  }
}

/** A value as the question has it; refused if it does not fit the field. */
function asked(value: unknown, type: FieldType, field: string): Plain {
  const plain = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
  const read = plain ? readPlain(value, type) : undefined
  if (read === undefined || Number.isNaN(read))
    throw wrong(`The value of ${field} is not valid for its type (${type}).`)
  return read
}

function readPlain(value: Plain, type: FieldType): Plain | undefined {
  const text = String(value)
  switch (type) {
    case 'boolean':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : undefined
    case 'integer':
      // isActive of a contact is 1 or 0, and "true" is taken for it.
      if (/^(true|false)$/i.test(text)) return text.toLowerCase() === 'true' ? 1 : 0
      return /^-?\d+$/.test(text.trim()) ? Number(text) : undefined
    case 'decimal':
      return text.trim() === '' ? undefined : Number(text)
    case 'datetime':
      return readTime(text)
    case 'string':
      return text.toLowerCase()
  }
}

/** A value as the record has it; undefined: it has none. */
function kept(value: unknown, type: FieldType): Plain | undefined {
  if (value === null || value === undefined) return undefined
  if (type === 'datetime') return readTime(value)
  if (type === 'string') return String(value).toLowerCase()
  return value as Plain
}
