import type { FastifySchemaValidationError } from 'fastify'
import type { Problem } from '../errors.ts'

/** A body of 64 KiB can be wrong in thousands of places; nobody reads them all. */
const mostProblems = 20

const escapePointer = (key: string) => key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')

/** One finding of Ajv; the message never repeats what was sent. */
function problemOf(error: FastifySchemaValidationError): Problem {
  const at = error.instancePath
  const params = error.params as Record<string, any>
  switch (error.keyword) {
    case 'required':
      return { pointer: `${at}/${escapePointer(params.missingProperty)}`, message: 'is required' }
    case 'additionalProperties':
      return {
        pointer: `${at}/${escapePointer(params.additionalProperty)}`,
        message: 'is not a field that is taken here'
      }
    case 'unevaluatedProperties':
      return {
        pointer: `${at}/${escapePointer(params.unevaluatedProperty)}`,
        message: 'is not a field that is taken here'
      }
    case 'const':
      return { pointer: at, message: `must be ${JSON.stringify(params.allowedValue)}` }
    case 'enum':
      return { pointer: at, message: `must be one of ${params.allowedValues.join(', ')}` }
    default:
      return { pointer: at, message: error.message ?? 'is not allowed' }
  }
}

/** Several literals of a union fail one by one; one line tells them all. */
function joinAlternatives(problems: readonly Problem[]): Problem[] {
  const byPointer = new Map<string, string[]>()
  for (const { pointer, message } of problems) {
    const messages = byPointer.get(pointer) ?? []
    if (!messages.includes(message)) messages.push(message)
    byPointer.set(pointer, messages)
  }
  return Array.from(byPointer, ([pointer, messages]) => ({ pointer, message: messages.slice(0, 10).join(', or ') }))
}

/** What Ajv found, with a JSON pointer to the very field (a missing or an unknown one too). */
export function problemsOf(found: readonly FastifySchemaValidationError[], part: string | undefined): Problem[] {
  // Of a union only its branches are told, and not that it might as well have been null.
  const branches = found.filter(
    ({ keyword, params }) =>
      keyword !== 'anyOf' && keyword !== 'oneOf' && !(keyword === 'type' && params.type === 'null')
  )
  const problems = joinAlternatives((branches.length > 0 ? branches : found).map(problemOf)).slice(0, mostProblems)
  if (part !== 'body' || problems.length === 0) return problems
  return problems.map(problem =>
    problem.pointer === '' ? { pointer: '', message: `the body ${problem.message}` } : problem
  )
}
