import { readDate } from '../records.ts'
import { badParameter } from '../refusal.ts'
import type { FieldKind } from '../schema.ts'
import type { Literal, Operator, Term } from './parse.ts'

type Test = (value: unknown) => boolean

const literalOf: Partial<Record<FieldKind, Literal['kind']>> = {
  integer: 'number',
  number: 'number',
  string: 'string',
  boolean: 'boolean',
  date: 'date'
}
const comparisons: Partial<Record<Operator, (a: any, b: any) => boolean>> = {
  '=': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b
}

/** The test of one field's value. Absent values match `= null` alone, as in SQL: not even `!= "x"`. */
export function matchTerm(term: Term, parameter: string): Test {
  const { kind } = term.path
  const first = term.literals[0]!
  const fail = (why: string) => badParameter(parameter, `'${term.path.steps.join('/')}': ${why}.`)
  if (first.kind === 'null') {
    if (term.operator !== '=' && term.operator !== '!=') throw fail('null can only be compared with = and !=')
    return term.operator === '=' ? isAbsent : value => !isAbsent(value)
  }
  const expected = literalOf[kind]
  if (!expected) throw fail('a reference can only be compared with null: name one of its fields')
  for (const literal of term.literals) {
    if (literal.kind !== expected) throw fail(`a ${expected} is expected, not a ${literal.kind}`)
  }
  const normal = normalizer(expected)
  const test = operatorTest(term, expected, normal, fail)
  return value => !isAbsent(value) && test(normal(value)) !== term.negated
}

function operatorTest(
  term: Term,
  expected: Literal['kind'],
  normal: (value: unknown) => unknown,
  fail: (why: string) => Error
): Test {
  const value = term.literals[0]!.value
  if (term.operator === 'in') {
    const members = new Set(term.literals.map(literal => (expected === 'date' ? literal.value : normal(literal.value))))
    return actual => members.has(actual as string)
  }
  if (term.operator === 'contains' || term.operator === 'like') {
    if (expected !== 'string') throw fail(`${term.operator} needs a string`)
    const text = String(value)
    return wildcard(term.operator === 'contains' ? `*${text}*` : text.replaceAll('%', '*'))
  }
  if (expected === 'boolean' && !['=', '!='].includes(term.operator)) throw fail('a boolean can only be equal or not')
  if (expected === 'string' && /[*[]/.test(String(value)) && (term.operator === '=' || term.operator === '!=')) {
    const like = wildcard(String(value))
    return term.operator === '=' ? like : actual => !like(actual)
  }
  const compare = comparisons[term.operator]!
  const wanted = expected === 'date' ? value : normal(value)
  return actual => compare(actual, wanted)
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0)
}

/** Strings compare without case, as the vendor's database does by default. */
function normalizer(kind: Literal['kind']): (value: unknown) => unknown {
  if (kind === 'date') return readDate
  if (kind === 'string') return value => String(value).toLowerCase()
  if (kind === 'number') return Number
  return value => value
}

/** `*` stands for any text; `[...]` for one character of a set, so that a literal `[` is written `[[]`. */
function wildcard(text: string): Test {
  const source = text.toLowerCase().replace(/\*+|\[([^\]]+)\]|[^*]/gs, (part, set: string | undefined) => {
    if (part.startsWith('*')) return '[^]*'
    return set === undefined ? literally(part) : `[${set.replace(/[\\^[\]]/g, '\\$&')}]`
  })
  const pattern = new RegExp(`^${source}$`)
  return value => pattern.test(value as string)
}

function literally(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character
}
