import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../../http/schemas/fields.ts'
import { ListQuery, pageOf } from '../../http/schemas/listing.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import type { Connection } from '../../storage/port.ts'
import { getConnection, presentConnection } from './read.ts'
import { replaceCredentials } from './replace-credentials.ts'
import { Connections, ConnectionView, CredentialsChange } from './schemas.ts'

export const connectionRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const present = (connection: Connection) => presentConnection(fastify, connection)

  fastify.get(
    '/connections',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['connections'],
        summary: 'Saved vendor accounts, oldest first',
        querystring: ListQuery({}),
        response: { 200: Connections, ...problemResponses }
      }
    },
    async request => {
      const { items, nextCursor } = await fastify.store.connections.list(request.caller.tenant, pageOf(request.query))
      return { items: await Promise.all(items.map(present)), nextCursor }
    }
  )

  fastify.get(
    '/connections/:id',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['connections'],
        summary: 'One saved vendor account',
        params: IdParams,
        response: { 200: ConnectionView, ...problemResponses }
      }
    },
    request => getConnection(fastify, request.caller.tenant, request.params.id)
  )

  fastify.patch(
    '/connections/:id',
    {
      config: { permission: 'integrations:update', callsVendor: true },
      schema: {
        tags: ['connections'],
        summary: 'Replace credentials, once the vendor has accepted the new ones',
        params: IdParams,
        body: CredentialsChange,
        response: { 200: ConnectionView, ...problemResponses }
      }
    },
    async request => {
      const { tenant } = request.caller
      return present(
        await replaceCredentials(fastify, tenant, request.params.id, request.body.credentials, request.log)
      )
    }
  )
}
