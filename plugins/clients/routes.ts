import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { errors } from '../errors.ts'
import { IdParams } from '../http/schemas/fields.ts'
import { pageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { clientPresenter, presentAgreement } from './present.ts'
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
      const { items, nextCursor } = await fastify.store.clients.list(
        request.caller.tenant,
        filters,
        pageOf(request.query)
      )
      return { items: await Promise.all(items.map(clientPresenter(fastify.store))), nextCursor }
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
      return { ...client, agreements: record.agreements.map(agreement => presentAgreement(agreement, record)) }
    }
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
