import { badParameter } from '../refusal.ts'
import type { FieldPath } from './path.ts'
import { type Token, tokenize } from './tokens.ts'

export type Literal = {
  kind: 'string' | 'number' | 'date' | 'boolean' | 'null'
  value: string | number | boolean | null
}
export type Operator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'contains' | 'like' | 'in'
export interface Term {
  kind: 'term'
  path: FieldPath
  operator: Operator
  negated: boolean
  literals: Literal[]
}
export type Condition = Term | { kind: 'and' | 'or'; terms: Condition[] }

const negatable = new Set(['contains', 'like', 'in'])

/**
 * Reads `term (AND|OR term)*` with parentheses; AND binds tighter than OR.
 * @param resolve turns a field's text into a checked path, or refuses it.
 */
export function parseConditions(text: string, parameter: string, resolve: (path: string) => FieldPath): Condition {
  const tokens = tokenize(text, parameter)
  let at = 0
  const fail = (why: string) => badParameter(parameter, `The condition '${text.slice(0, 200)}' is malformed: ${why}.`)
  const isWord = (expected: string, token: Token | undefined = tokens[at]) =>
    token?.kind === 'word' && token.text.toLowerCase() === expected
  const isSign = (expected: string) => tokens[at]?.kind === 'sign' && (tokens[at] as { text: string }).text === expected
  const expectSign = (expected: string) => {
    if (!isSign(expected)) throw fail(`'${expected}' expected`)
    at++
  }

  const chain = (kind: 'and' | 'or', next: () => Condition): Condition => {
    const terms = [next()]
    while (isWord(kind)) {
      at++
      terms.push(next())
    }
    return terms.length === 1 ? terms[0]! : { kind, terms }
  }
  const any = (): Condition => chain('or', all)
  const all = (): Condition => chain('and', one)
  const one = (): Condition => {
    if (!isSign('(')) return term()
    at++
    const inner = any()
    expectSign(')')
    return inner
  }
  const term = (): Term => {
    const name = tokens[at++]
    if (name?.kind !== 'word') throw fail('a field name is expected')
    const path = resolve(name.text)
    const negated = isWord('not')
    if (negated) at++
    const token = tokens[at++]
    const operator = token && 'text' in token && token.kind !== 'string' ? token.text.toLowerCase() : ''
    if (negated ? !negatable.has(operator) : !negatable.has(operator) && !/^(=|!=|<=?|>=?)$/.test(operator)) {
      throw fail('an operator is expected')
    }
    const literals = operator === 'in' ? list() : [literal()]
    return { kind: 'term', path, operator: operator as Operator, negated, literals }
  }
  const list = (): Literal[] => {
    expectSign('(')
    const literals = [literal()]
    while (isSign(',')) {
      at++
      literals.push(literal())
    }
    expectSign(')')
    return literals
  }
  const literal = (): Literal => {
    const token = tokens[at++]
    if (token?.kind === 'string') return { kind: 'string', value: token.text }
    if (token?.kind === 'number') return { kind: 'number', value: token.value }
    if (token?.kind === 'date') return { kind: 'date', value: token.at }
    if (isWord('null', token)) return { kind: 'null', value: null }
    if (isWord('true', token) || isWord('false', token)) return { kind: 'boolean', value: isWord('true', token) }
    throw fail('a value is expected')
  }

  const condition = any()
  if (at < tokens.length) throw fail('text after its end')
  return condition
}
