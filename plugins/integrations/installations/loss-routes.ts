import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { expectedOf, IfMatch, withTag } from '../../http/preconditions.ts'
import { IdParams } from '../../http/schemas/fields.ts'
import { pageOf } from '../../http/schemas/listing.ts'
import { problemResponses } from '../../http/schemas/problem-schema.ts'
import { DecisionBody, Losses, LossFilters } from './loss-schemas.ts'
import { decide, listLosses } from './losses.ts'
import { presentInstallation } from './present.ts'
import { InstallationView } from './schemas.ts'

const verdicts = {
  approve: 'Let go what waits: it is looked at once more and goes if it is unchanged',
  reject: 'Keep what waits: it stays, and is not asked about again until it differs'
} as const

export const lossRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const tags = ['installations']

  fastify.get(
    '/installations/:id/losses',
    {
      // Names, addresses and agreements of clients.
      config: { permission: ['integrations:read', 'clients:read'] },
      schema: {
        tags,
        summary: 'What would be taken away and waits for a person, client by client',
        params: IdParams,
        querystring: LossFilters,
        response: { 200: Losses, ...problemResponses }
      }
    },
    async request => {
      const { kind } = request.query
      return listLosses(fastify, request.caller.tenant, request.params.id, kind, pageOf(request.query))
    }
  )

  for (const verdict of ['approve', 'reject'] as const) {
    fastify.post(
      `/installations/:id/losses/${verdict}`,
      {
        config: { permission: 'integrations:update' },
        schema: {
          tags,
          summary: verdicts[verdict],
          params: IdParams,
          headers: IfMatch,
          body: DecisionBody,
          response: { 200: InstallationView, ...problemResponses }
        }
      },
      async (request, reply) => {
        const { tenant, sub: by } = request.caller
        const { revision, kinds } = request.body
        Object.assign(request.auditDetails, { revision, kinds: kinds?.join(' ') ?? 'all' })
        const decision = { verdict, by, revision, kinds }
        const installation = await decide(fastify, tenant, request.params.id, decision, expectedOf(request))
        withTag(reply, installation)
        return presentInstallation(fastify, installation)
      }
    )
  }
}
