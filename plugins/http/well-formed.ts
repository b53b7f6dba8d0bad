import fp from 'fastify-plugin'
import { errors, type Problem, withDetails } from '../errors.ts'

/** Deeper than any body that a route takes; validators and serializers walk what they are given by recursion. */
const deepest = 32

/**
 * Refuses bodies that are JSON and still no honest text: halves of surrogate pairs, which no URL, header or store
 * takes, and nesting without end. Throws HOST_ERR_BAD_REQUEST.
 */
export const wellFormedPlugin = fp(
  async fastify => {
    fastify.addHook('preValidation', async request => {
      const problem = firstProblem(request.body, '', 0)
      if (problem) throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems: [problem] })
    })
  },
  { name: 'well-formed', fastify: '5.x', dependencies: ['problem'] }
)

function firstProblem(value: unknown, pointer: string, depth: number): Problem | null {
  if (typeof value === 'string')
    return value.isWellFormed() ? null : { pointer, message: 'holds half of a character (a lone surrogate)' }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return null
  if (depth === deepest) return { pointer: '', message: `is nested more than ${deepest} deep` }
  for (const [key, inner] of Object.entries(value)) {
    if (!key.isWellFormed()) return { pointer, message: 'has a field whose name is not whole text' }
    const at = `${pointer}/${key.slice(0, 100).replaceAll('~', '~0').replaceAll('/', '~1')}`
    const problem = firstProblem(inner, at, depth + 1)
    if (problem) return problem
  }
  return null
}
