import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { newId } from '../entities/new-id.ts'
import { errors, withDetails } from '../errors.ts'
import { IdParams } from '../http/schemas/fields.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import type { Webhook } from '../storage/port.ts'
import { allAttention } from './attention-now.ts'
import { AttentionList, WebhookList, WebhookMade, WebhookOrder, WebhookTried, WebhookView } from './schemas.ts'

/** Of one tenant. */
const mostWebhooks = 5

export interface WebhookRoutesOptions {
  /** Origins that may be told beside public https addresses. */
  readonly allowed: ReadonlySet<string>
}

/** Who is told of what needs attention, and what needs it now. */
export const webhookRoutes: FastifyPluginAsyncTypebox<WebhookRoutesOptions> = async (fastify, { allowed }) => {
  const tags = ['attention']
  const found = async (tenant: string, id: string): Promise<Webhook> => {
    const webhook = await fastify.store.webhooks.get(tenant, id)
    if (!webhook) throw new errors.HOST_ERR_NOT_FOUND('webhook')
    return webhook
  }
  const shown = ({ tenant: _tenant, ...webhook }: Webhook) => webhook

  fastify.get(
    '/attention',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags,
        summary: 'What needs a person now, the longest first',
        response: { 200: AttentionList, ...problemResponses }
      }
    },
    async request => ({ items: await allAttention(fastify.store, request.caller.tenant) })
  )

  fastify.get(
    '/webhooks',
    {
      config: { permission: 'integrations:read' },
      schema: { tags, summary: 'Who is told', response: { 200: WebhookList, ...problemResponses } }
    },
    async request => ({ items: (await fastify.store.webhooks.list(request.caller.tenant)).map(shown) })
  )

  fastify.post(
    '/webhooks',
    {
      config: { permission: 'integrations:update' },
      schema: {
        tags,
        summary: 'Tell an address of what begins and ceases to need attention',
        body: WebhookOrder,
        response: { 201: WebhookMade, ...problemResponses }
      }
    },
    async (request, reply) => {
      const url = requireTarget(request.body.url, allowed)
      const { tenant } = request.caller
      const webhook: Webhook = { id: newId('whk'), tenant, url, createdAt: new Date().toISOString(), ended: null }
      if (!(await fastify.store.webhooks.tryInsert(webhook, mostWebhooks)))
        throw new errors.HOST_ERR_TOO_MANY_WEBHOOKS(String(mostWebhooks))
      return reply.code(201).send({ ...shown(webhook), secret: fastify.webhooks.secretOf(webhook) })
    }
  )

  fastify.post(
    '/webhooks/:id/test',
    {
      config: { permission: 'integrations:update', callsVendor: true },
      schema: {
        tags,
        summary: 'Send one message now and say what came of it',
        params: IdParams,
        response: { 200: WebhookTried, ...problemResponses }
      }
    },
    async request => {
      const tried = await fastify.webhooks.test(await found(request.caller.tenant, request.params.id))
      return { told: tried.end === 'told', reason: tried.end === 'told' ? null : tried.reason }
    }
  )

  fastify.get(
    '/webhooks/:id',
    {
      config: { permission: 'integrations:read' },
      schema: { tags, summary: 'One of them', params: IdParams, response: { 200: WebhookView, ...problemResponses } }
    },
    async request => shown(await found(request.caller.tenant, request.params.id))
  )

  fastify.delete(
    '/webhooks/:id',
    {
      config: { permission: 'integrations:update' },
      schema: { tags, summary: 'Tell it no more', params: IdParams, response: { 204: {}, ...problemResponses } }
    },
    async (request, reply) => {
      if (!(await fastify.store.webhooks.remove(request.caller.tenant, request.params.id)))
        throw new errors.HOST_ERR_NOT_FOUND('webhook')
      return reply.code(204).send()
    }
  )
}

/** The guard decides once more when it is called; what can be said now is said to whoever types it. */
function requireTarget(typed: string, allowed: ReadonlySet<string>): string {
  const url = URL.parse(typed)
  const isAllowed = url !== null && (url.protocol === 'https:' || allowed.has(url.origin))
  if (url && isAllowed && url.username === '' && url.password === '' && url.hash === '') return url.href
  const message = 'must be an https address without a user name, such as https://platform.example/hooks'
  throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems: [{ pointer: '/url', message }] })
}
