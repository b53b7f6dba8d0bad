import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { errors } from '../errors.ts'
import { IdParams } from '../http/schemas/fields.ts'
import { ListQuery, pageOf, twoWayPageOf } from '../http/schemas/listing.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import { countRunDays } from './days.ts'
import { listRuns } from './list.ts'
import { receiptOf } from './present.ts'
import { getReceipt, listRejects } from './read.ts'
import { AllReceipts, Receipt, Receipts, Rejects, RunDays, RunDaysQuery, RunFilters } from './schemas.ts'

export interface RunRouteOptions {
  /** The host's clock. */
  readonly now: () => Date
}

export const runRoutes: FastifyPluginAsyncTypebox<RunRouteOptions> = async (fastify, { now }) => {
  fastify.get(
    '/installations/:id/runs',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['runs'],
        summary: 'Receipts of an installation, newest first',
        params: IdParams,
        querystring: ListQuery({}),
        response: { 200: Receipts, ...problemResponses }
      }
    },
    async request => {
      const { tenant } = request.caller
      const { id } = request.params
      if (!(await fastify.store.installations.get(tenant, id))) throw new errors.HOST_ERR_NOT_FOUND('installation')
      const { items, nextCursor } = await fastify.store.runs.list(tenant, id, pageOf(request.query))
      return { items: items.map(receiptOf), nextCursor }
    }
  )

  fastify.get(
    '/runs',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['runs'],
        summary: 'Receipts of all installations, newest first',
        querystring: RunFilters,
        response: { 200: AllReceipts, ...problemResponses }
      }
    },
    async ({ query, caller }) => {
      const { limit: _limit, cursor: _cursor, before: _before, ...asked } = query
      return listRuns(fastify.store, caller.tenant, asked, twoWayPageOf(query))
    }
  )

  fastify.get(
    '/runs/days',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['runs'],
        summary: 'How runs ended, day by day',
        querystring: RunDaysQuery,
        response: { 200: RunDays, ...problemResponses }
      }
    },
    async ({ query: { days = '30', installationId }, caller }) => {
      const asked = { days: Number(days), ...(installationId !== undefined && { installationId }) }
      return countRunDays(fastify.store, caller.tenant, asked, now())
    }
  )

  fastify.get(
    '/runs/:id',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags: ['runs'],
        summary: 'One receipt, with progress while it runs',
        params: IdParams,
        response: { 200: Receipt, ...problemResponses }
      }
    },
    request => getReceipt(fastify.store, request.caller.tenant, request.params.id)
  )

  fastify.post(
    '/runs/:id/undo',
    {
      // Whoever may decide about losses; the answer counts clients.
      config: { permission: ['integrations:update', 'clients:read'] },
      schema: {
        tags: ['runs'],
        summary: 'Put back what a run has changed',
        description:
          'Clients of which something that the run changed is another by now are left as they are, and counted. What was put back stays so until the vendor gives something else. Repeating it changes nothing more.',
        params: IdParams,
        response: { 200: Receipt, 202: Receipt, ...problemResponses }
      }
    },
    async (request, reply) => {
      const { tenant, sub } = request.caller
      const run = await fastify.undoer.undo(tenant, request.params.id, sub)
      Object.assign(request.auditDetails, { putBack: run.undone?.putBack ?? 0 })
      return reply.code(run.undone?.endedAt ? 200 : 202).send(receiptOf(run))
    }
  )

  fastify.get(
    '/runs/:id/rejects',
    {
      // What was set aside is the vendor's record, with all that is in it.
      config: { permission: ['integrations:read', 'clients:read'] },
      schema: {
        tags: ['runs'],
        summary: 'Records that a run set aside, each with its reason',
        params: IdParams,
        querystring: ListQuery({}),
        response: { 200: Rejects, ...problemResponses }
      }
    },
    request => listRejects(fastify.store, request.caller.tenant, request.params.id, pageOf(request.query))
  )
}
