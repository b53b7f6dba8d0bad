import type { VendorRecord } from '../../kit/index.ts'
import { badParameter } from '../refusal.ts'
import { matchTerm } from './match.ts'
import { type Condition, parseConditions, type Term } from './parse.ts'
import { readPath, resolveChild, resolveField } from './path.ts'

type Predicate = (record: VendorRecord) => boolean

/** A condition ready for use: the predicate, and its terms that every match must satisfy (for indexes). */
export interface Compiled {
  readonly test: Predicate
  readonly required: readonly Term[]
}

/** Whether each term of childConditions may be met by another element, or one element must meet all. */
export type ChildMatch = 'any-element' | 'same-element'

const kept = new Map<string, Compiled>()
const keptAtMost = 500

function remember(key: string, compile: () => Compiled): Compiled {
  let compiled = kept.get(key)
  if (!compiled) {
    compiled = compile()
    if (kept.size >= keptAtMost) kept.delete(kept.keys().next().value!)
    kept.set(key, compiled)
  }
  return compiled
}

/** Compiles `conditions` against a schema; refuses what the grammar or the schema does not know. */
export function compileConditions(schema: string, text: string): Compiled {
  return remember(`${schema}\n${text}`, () => {
    const parameter = 'conditions'
    const root = parseConditions(text, parameter, path => resolveField(schema, path, parameter))
    const test = build(root, term => {
      const matches = matchTerm(term, parameter)
      return record => matches(readPath(record, term.path.steps))
    })
    return { test, required: requiredTerms(root) }
  })
}

/** Compiles `childConditions`: every term looks at the elements of one array of the record. */
export function compileChildConditions(schema: string, text: string, match: ChildMatch): Compiled {
  return remember(`${match} ${schema}\n${text}`, () => {
    const parameter = 'childConditions'
    const root = parseConditions(text, parameter, path => resolveChild(schema, path, parameter))
    const arrays = new Set(termsOf(root).map(term => term.path.steps[0]!))
    const elementTest = (term: Term): ((element: any) => boolean) => {
      if (term.operator === 'in') throw badParameter(parameter, "'in' is not available in childConditions.")
      const matches = matchTerm(term, parameter)
      return element => matches(readPath(element, term.path.steps, 1))
    }
    if (match === 'same-element' && arrays.size === 1) {
      const test = build(root, elementTest)
      const [array] = arrays
      return { test: record => elements(record, array!).some(test), required: [] }
    }
    const test = build(root, term => {
      const matches = elementTest(term)
      const array = term.path.steps[0]!
      return record => elements(record, array).some(matches)
    })
    return { test, required: [] }
  })
}

function elements(record: VendorRecord, array: string): any[] {
  const value = record[array]
  return Array.isArray(value) ? value : []
}

function build(condition: Condition, leaf: (term: Term) => Predicate): Predicate {
  if (condition.kind === 'term') return leaf(condition)
  const tests = condition.terms.map(term => build(term, leaf))
  return condition.kind === 'and'
    ? record => tests.every(test => test(record))
    : record => tests.some(test => test(record))
}

function termsOf(condition: Condition): Term[] {
  return condition.kind === 'term' ? [condition] : condition.terms.flatMap(termsOf)
}

function requiredTerms(condition: Condition): Term[] {
  if (condition.kind === 'term') return [condition]
  return condition.kind === 'and' ? condition.terms.flatMap(requiredTerms) : []
}
