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
        summary: 'Who did what, newest first; at most one of actor and action',
        querystring: ListQuery({
          actor: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
          action: Type.Optional(Type.String({ minLength: 1, maxLength: 100 }))
        }),
        response: { 200: Activities, ...problemResponses }
      }
    },
    async request => {
      const { actor, action } = request.query
      if (actor !== undefined && action !== undefined) {
        const problems = [{ pointer: '/action', message: 'give either actor or action' }]
        throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
      }
      const filter = { ...(actor !== undefined && { actor }), ...(action !== undefined && { action }) }
      return listActivity(fastify.store, request.caller.tenant, filter, pageOf(request.query))
    }
  )
}
