import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schemas/fields.ts'
import { pageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { eraseClient } from './erase.ts'
import { getClient, listAgreements, listClients } from './read.ts'
import { AgreementFilters, Agreements, ClientFilters, Clients, ClientWithAgreements } from './schemas.ts'

export interface ClientRouteOptions {
  /** The host's clock. */
  readonly now: () => Date
}

export const clientRoutes: FastifyPluginAsyncTypebox<ClientRouteOptions> = async (fastify, { now }) => {
  fastify.get(
    '/clients',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'Clients, by name or in another order',
        querystring: ClientFilters,
        response: { 200: Clients, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, ...filters } = request.query
      return listClients(fastify.store, request.caller.tenant, filters, pageOf(request.query), now())
    }
  )

  fastify.get(
    '/clients/:id',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'One client with its agreements',
        params: IdParams,
        response: { 200: ClientWithAgreements, ...problemResponses }
      }
    },
    async request => getClient(fastify.store, request.caller.tenant, request.params.id)
  )

  fastify.delete(
    '/clients/:id',
    {
      // Whoever may decide about losses, and may see what goes.
      config: { permission: ['integrations:update', 'clients:read'] },
      schema: {
        tags: ['clients'],
        summary: 'Erase a client that the vendor no longer has, with its agreements',
        params: IdParams,
        response: { 204: Type.Null({ description: 'Nothing is left' }), ...problemResponses }
      }
    },
    async (request, reply) => {
      await eraseClient(fastify.store, request.caller.tenant, request.params.id)
      return reply.code(204).send(null)
    }
  )

  fastify.get(
    '/agreements',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'Agreements of all clients, each with the state of its client',
        querystring: AgreementFilters,
        response: { 200: Agreements, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, ...filters } = request.query
      return listAgreements(fastify.store, request.caller.tenant, filters, pageOf(request.query))
    }
  )
}
