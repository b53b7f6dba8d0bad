import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { errors } from '../../errors.ts'
import { expectedOf, IfMatch, withTag } from '../../http/preconditions.ts'
import { IdParams, NoBody } from '../../http/schemas/fields.ts'
import { ListQuery, pageOf } from '../../http/schemas/listing.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import type { Connection } from '../../storage/port.ts'
import { presentValidation } from '../present-validation.ts'
import { checkConnection } from './check.ts'
import { presentConnection, presentConnections } from './present.ts'
import { removeConnection } from './remove.ts'
import { replaceCredentials } from './replace-credentials.ts'
import { CheckAnswer, Connections, ConnectionView, CredentialsChange } from './schemas.ts'

export const connectionRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const read = { config: { permission: 'integrations:read' } } as const
  const update = { config: { permission: 'integrations:update' } } as const
  const tags = ['connections']

  function present(reply: FastifyReply, connection: Connection) {
    withTag(reply, connection)
    return presentConnection(fastify, connection)
  }

  fastify.get(
    '/connections',
    {
      ...read,
      schema: {
        tags,
        summary: 'Saved vendor accounts, oldest first',
        querystring: ListQuery({}),
        response: { 200: Connections, ...problemResponses }
      }
    },
    async request => {
      const { tenant } = request.caller
      const { items, nextCursor } = await fastify.store.connections.list(tenant, pageOf(request.query))
      return { items: await presentConnections(fastify, tenant, items), nextCursor }
    }
  )

  fastify.get(
    '/connections/:id',
    {
      ...read,
      schema: {
        tags,
        summary: 'One saved vendor account, its revision as ETag',
        params: IdParams,
        response: { 200: ConnectionView, ...problemResponses }
      }
    },
    async (request, reply) => {
      const connection = await fastify.store.connections.get(request.caller.tenant, request.params.id)
      if (!connection) throw new errors.HOST_ERR_NOT_FOUND('connection')
      return present(reply, connection)
    }
  )

  fastify.patch(
    '/connections/:id',
    {
      config: { permission: 'integrations:update', callsVendor: true },
      schema: {
        tags,
        summary: 'Replace credentials, once the vendor has accepted the new ones',
        params: IdParams,
        headers: IfMatch,
        body: CredentialsChange,
        response: { 200: ConnectionView, ...problemResponses }
      }
    },
    async (request, reply) => {
      const { tenant } = request.caller
      const { credentials } = request.body
      const { id } = request.params
      return present(
        reply,
        await replaceCredentials(fastify, tenant, id, credentials, request.log, { expected: expectedOf(request) })
      )
    }
  )

  fastify.post(
    '/connections/:id/check',
    {
      config: { permission: 'integrations:update', callsVendor: true },
      schema: {
        tags,
        summary: 'Try the stored credentials again; what comes out is kept as lastValidation',
        params: IdParams,
        body: NoBody,
        response: { 200: CheckAnswer, ...problemResponses }
      }
    },
    async request => {
      const { details: _, ...validation } = await checkConnection(
        fastify,
        request.caller.tenant,
        request.params.id,
        request.log
      )
      return presentValidation(validation)
    }
  )

  fastify.delete(
    '/connections/:id',
    {
      ...update,
      schema: {
        tags,
        summary: 'Remove credentials that no installation uses',
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null({ description: 'Nothing is left' }), ...problemResponses }
      }
    },
    async (request, reply) => {
      await removeConnection(fastify, request.caller.tenant, request.params.id, expectedOf(request))
      return reply.code(204).send(null)
    }
  )
}
