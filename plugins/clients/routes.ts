import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schemas/fields.ts'
import { ListQuery, pageOf, twoWayPageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { eraseClient } from './erase.ts'
import { exportClients, sendCsv } from './export.ts'
import { clientHistory, getClient, listAgreements, listClients } from './read.ts'
import {
  AgreementFilters,
  Agreements,
  ClientFilters,
  Clients,
  ClientsQuery,
  ClientWithAgreements,
  History
} from './schemas.ts'
import { VendorFilters, Vendors } from './vendor-schemas.ts'
import { listVendors } from './vendors.ts'

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
        querystring: ClientsQuery,
        response: { 200: Clients, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, before: _before, total, ...filters } = request.query
      const page = twoWayPageOf(request.query)
      const asked = { filters, page, withTotal: total !== undefined, now: now() }
      return listClients(fastify.store, request.caller.tenant, asked)
    }
  )

  fastify.get(
    '/clients.csv',
    {
      config: { permission: 'clients:read' },
      // Whoever asks for the head alone would make it read everything.
      exposeHeadRoute: false,
      schema: {
        tags: ['clients'],
        summary: 'Clients as a file for a spreadsheet, all that the filters leave',
        querystring: ClientFilters,
        response: {
          200: {
            description: `UTF-8 with a mark, RFC 4180, a line for each client; by id unless another order is asked for`,
            content: { 'text/csv': { schema: Type.String() } }
          },
          ...problemResponses
        }
      }
    },
    async (request, reply) => {
      const file = await exportClients(fastify.store, request.caller.tenant, request.query, now())
      return sendCsv(reply, file, 'clients', now())
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

  fastify.get(
    '/clients/:id/history',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'What runs have changed of a client, newest first',
        params: IdParams,
        querystring: ListQuery({}),
        response: { 200: History, ...problemResponses }
      }
    },
    request => clientHistory(fastify.store, request.caller.tenant, request.params.id, pageOf(request.query))
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

  fastify.get(
    '/agreements/vendors',
    {
      config: { permission: 'clients:read' },
      schema: {
        tags: ['clients'],
        summary: 'Agreements by vendor, with the sums of their costs',
        querystring: VendorFilters,
        response: { 200: Vendors, ...problemResponses }
      }
    },
    async ({ query: { status = 'active', clientStatus = 'active' }, caller }) =>
      listVendors(fastify.store, caller.tenant, { status: status.toLowerCase(), clientStatus })
  )
}
