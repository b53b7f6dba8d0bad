import { badParameter } from '../refusal.ts'
import { type FieldKind, kindOf, targetOf } from '../schema.ts'

/** A field of the root record, reached through references. */
export interface FieldPath {
  readonly steps: readonly string[]
  readonly kind: FieldKind
}

/** Names that conditions use at the root although their values live in `_info`. */
const rootDates = new Set(['lastUpdated', 'dateEntered'])

/** Checks a path of `conditions` against the schema, step by step. */
export function resolveField(schema: string, text: string, parameter: string): FieldPath {
  if (rootDates.has(text)) return { steps: ['_info', text], kind: 'date' }
  const steps = text.split('/')
  let kind: FieldKind = `ref:${schema}`
  for (const step of steps) {
    const target: string | undefined = targetOf(kind)
    const next: FieldKind | undefined = target === undefined ? undefined : kindOf(target, step)
    if (!next || next === 'object' || next === 'any') {
      throw badParameter(parameter, `No property or field '${text}' exists in type '${schema}'.`)
    }
    if (next.startsWith('array:')) {
      throw badParameter(parameter, `'${step}' is a collection: search it with childConditions.`)
    }
    kind = next
  }
  return { steps, kind }
}

/** Checks a path of `childConditions`: it starts at an array and ends at a field of its elements. */
export function resolveChild(schema: string, text: string, parameter: string): FieldPath {
  const [array, ...rest] = text.split('/')
  const kind = kindOf(schema, array!)
  if (!kind?.startsWith('array:') || array === 'customFields' || rest.length === 0) {
    throw badParameter(parameter, `'${text}' does not name a field of a collection of '${schema}'.`)
  }
  const inner = resolveField(targetOf(kind)!, rest.join('/'), parameter)
  if (inner.steps[0] === '_info') throw badParameter(parameter, `'${text}' is not a field of '${array}'.`)
  return { steps: [array!, ...inner.steps], kind: inner.kind }
}

/** Reads a path; undefined as soon as a reference is absent, null or empty. */
export function readPath(record: any, steps: readonly string[], from = 0): unknown {
  let value = record
  for (let index = from; index < steps.length; index++) {
    if (value === null || value === undefined) return undefined
    value = value[steps[index]!]
  }
  return value
}
