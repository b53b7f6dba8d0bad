import type { TSchema } from 'typebox'
import type { Problem } from '../../errors.ts'
import { values } from './values.ts'

/**
 * What is wrong with a value that no route schema could check, because its schema is the connector's; empty: nothing.
 * Pointers begin with `prefix` and end at the field at fault, also for one that is missing or unknown. Messages hold
 * no value.
 */
export function schemaProblems(schema: TSchema, value: unknown, prefix: string): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<string>()
  const add = (pointer: string, message: string) => {
    if (seen.has(pointer)) return
    seen.add(pointer)
    problems.push({ pointer, message })
  }
  for (const error of values().Errors(schema, value)) {
    const at = prefix + error.instancePath
    if (error.keyword === 'required') {
      for (const name of error.params.requiredProperties) add(`${at}/${escaped(name)}`, 'is missing')
    } else if (error.keyword === 'additionalProperties') {
      for (const name of error.params.additionalProperties) add(`${at}/${escaped(name)}`, 'is not a field of this form')
    } else if (error.keyword !== 'boolean') {
      add(at, error.message)
    }
  }
  return problems
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1')
}
