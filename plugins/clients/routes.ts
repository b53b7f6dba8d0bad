import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { IdParams } from '../http/schemas/fields.ts'
import { pageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { getClient, listClients } from './read.ts'
import { AgreementFilters, Agreements, ClientFilters, Clients, ClientWithAgreements } from './schemas.ts'

export const clientRoutes: FastifyPluginAsyncTypebox = async fastify => {
  fastify.get(
    '/clients',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'Clients by name',
        querystring: ClientFilters,
        response: { 200: Clients, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, ...filters } = request.query
      return listClients(fastify.store, request.caller.tenant, filters, pageOf(request.query))
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
    request => getClient(fastify.store, request.caller.tenant, request.params.id)
  )

  fastify.get(
    '/agreements',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'Agreements of all clients, of active ones and others',
        querystring: AgreementFilters,
        response: { 200: Agreements, ...problemResponses }
      }
    },
    async request => {
      const { clientId, status } = request.query
      const filters = {
        ...(clientId !== undefined && { clientId }),
        ...(status !== undefined && { status: status.toLowerCase() })
      }
      return fastify.store.clients.listAgreements(request.caller.tenant, filters, pageOf(request.query))
    }
  )
}
