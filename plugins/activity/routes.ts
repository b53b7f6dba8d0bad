import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errors, withDetails } from '../errors.ts'
import { ListQuery, pageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { listActivity } from './read.ts'
import { Activities } from './schemas.ts'

/** The audit trail of the caller's tenant. */
export const activityRoutes: FastifyPluginAsyncTypebox = async fastify => {
  fastify.get(
    '/activity',
    {
      config: { permission: 'audit:read' },
      schema: {
        tags: ['activity'],
        summary: 'Who did what, newest first; at most one of actor, action and by',
        querystring: ListQuery({
          actor: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
          action: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          by: Type.Optional(
            Type.Enum(['host', 'people'], {
              description: 'host: what the host did by itself; people: what callers did'
            })
          )
        }),
        response: { 200: Activities, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, ...filter } = request.query
      const [, second] = Object.keys(filter)
      if (second !== undefined) {
        const problems = [{ pointer: `/${second}`, message: 'give one of actor, action and by' }]
        throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
      }
      return listActivity(fastify.store, request.caller.tenant, filter, pageOf(request.query))
    }
  )
}
