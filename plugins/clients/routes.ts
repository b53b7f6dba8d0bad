import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { errors } from '../errors.ts'
import { IdParams } from '../http/schemas/fields.ts'
import { pageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { eraseClient } from './erase.ts'
import { clientPresenter, presentAgreement } from './present.ts'
import { clientQueryOf } from './query.ts'
import { AgreementFilters, Agreements, ClientFilters, Clients, ClientWithAgreements } from './schemas.ts'
import { waitingLosses } from './waiting.ts'

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
      const query = clientQueryOf(filters, now())
      const { items, nextCursor } = await fastify.store.clients.list(
        request.caller.tenant,
        query,
        pageOf(request.query)
      )
      return {
        items: await Promise.all(items.map(clientPresenter(fastify.store))),
        nextCursor,
        changedUntil: query.changedUntil ?? null
      }
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
    async request => {
      const record = await fastify.store.clients.get(request.caller.tenant, request.params.id)
      if (!record) throw new errors.HOST_ERR_NOT_FOUND('client')
      const client = await clientPresenter(fastify.store)(record)
      return {
        ...client,
        agreements: record.agreements.map(agreement => presentAgreement(agreement, record)),
        losses: await waitingLosses(fastify.store, record)
      }
    }
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
      const { clientId, status, clientStatus } = request.query
      const filters = {
        ...(clientId !== undefined && { clientId }),
        ...(status !== undefined && { status: status.toLowerCase() }),
        ...(clientStatus !== undefined && { clientStatus })
      }
      return fastify.store.clients.listAgreements(request.caller.tenant, filters, pageOf(request.query))
    }
  )
}
