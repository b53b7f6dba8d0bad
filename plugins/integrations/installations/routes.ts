import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { errors } from '../../errors.ts'
import { expectedOf, IfMatch, withTag } from '../../http/preconditions.ts'
import { IdParams, NoBody } from '../../http/schemas/fields.ts'
import { pageOf } from '../../http/schemas/listing.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import type { Installation } from '../../storage/port.ts'
import { IdempotencyKey, once } from '../repeatable.ts'
import { erase } from './erase.ts'
import { start, stop, uninstall } from './life-cycle.ts'
import { presentInstallation } from './present.ts'
import { reconfigure } from './reconfigure.ts'
import { reinstall } from './reinstall.ts'
import { requestRun } from './requested-run.ts'
import { InstallationFilters, Installations, InstallationView, ReconfigurationBody, RunAccepted } from './schemas.ts'

const changes = {
  stop: [stop, 'No new data from now on; configuration and data stay'],
  start: [start, 'Resume at once'],
  uninstall: [uninstall, 'Shown as not installed; configuration, credentials and synced data are kept'],
  reinstall: [reinstall, 'Go on where it was, without typing credentials']
} as const

const requests = {
  sync: 'Look for changes now',
  compare: 'Compare everything with the vendor now'
} as const

export const installationRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const read = { config: { permission: 'integrations:read' } } as const
  const update = { config: { permission: 'integrations:update' } } as const
  const tags = ['installations']

  function present(reply: FastifyReply, installation: Installation) {
    withTag(reply, installation)
    return presentInstallation(fastify, installation)
  }

  fastify.get(
    '/installations',
    {
      ...read,
      schema: {
        tags,
        summary: 'Sync types switched on over connections, oldest first',
        querystring: InstallationFilters,
        response: { 200: Installations, ...problemResponses }
      }
    },
    async request => {
      const { limit: _limit, cursor: _cursor, ...filters } = request.query
      const page = await fastify.store.installations.list(request.caller.tenant, filters, pageOf(request.query))
      const items = await Promise.all(page.items.map(one => presentInstallation(fastify, one)))
      return { items, nextCursor: page.nextCursor }
    }
  )

  fastify.get(
    '/installations/:id',
    {
      ...read,
      schema: {
        tags,
        summary: 'One installation, with its receipts and counts; its revision as ETag',
        params: IdParams,
        response: { 200: InstallationView, ...problemResponses }
      }
    },
    async (request, reply) => {
      const found = await fastify.store.installations.get(request.caller.tenant, request.params.id)
      if (!found) throw new errors.HOST_ERR_NOT_FOUND('installation')
      return present(reply, found)
    }
  )

  fastify.patch(
    '/installations/:id',
    {
      // New settings are looked up at the vendor.
      config: { ...update.config, callsVendor: true },
      schema: {
        tags,
        summary: 'Change schedule or settings',
        params: IdParams,
        headers: IfMatch,
        body: ReconfigurationBody,
        response: { 200: InstallationView, ...problemResponses }
      }
    },
    async (request, reply) => {
      const { id } = request.params
      const { tenant } = request.caller
      return present(reply, await reconfigure(fastify, tenant, id, request.body, request.log, expectedOf(request)))
    }
  )

  fastify.delete(
    '/installations/:id',
    {
      ...update,
      schema: {
        tags,
        summary: 'Erase: configuration, synced data and runs; with the connection’s last one the credentials too',
        params: IdParams,
        headers: IfMatch,
        response: { 204: Type.Null({ description: 'Nothing is left' }), ...problemResponses }
      }
    },
    async (request, reply) => {
      await erase(fastify, request.caller.tenant, request.params.id, expectedOf(request))
      return reply.code(204).send(null)
    }
  )

  for (const [name, [change, summary]] of Object.entries(changes)) {
    fastify.post(
      `/installations/:id/${name}`,
      {
        config: { ...update.config, callsVendor: name === 'reinstall' },
        schema: {
          tags,
          summary,
          params: IdParams,
          headers: IfMatch,
          body: NoBody,
          response: { 200: InstallationView, ...problemResponses }
        }
      },
      async (request, reply) => {
        const asked = { expected: expectedOf(request), log: request.log }
        return present(reply, await change(fastify, request.caller.tenant, request.params.id, asked))
      }
    )
  }

  for (const mode of ['sync', 'compare'] as const) {
    fastify.post(
      `/installations/:id/${mode}`,
      {
        ...update,
        schema: {
          tags,
          summary: requests[mode],
          params: IdParams,
          headers: Type.Object({ ...IfMatch.properties, ...IdempotencyKey.properties }),
          body: NoBody,
          response: { 202: RunAccepted, ...problemResponses }
        }
      },
      async (request, reply) =>
        once(fastify, request, reply, async () => {
          const { id } = request.params
          const body = await requestRun(fastify, request.caller.tenant, id, mode, expectedOf(request))
          return { status: 202, body }
        })
    )
  }
}
