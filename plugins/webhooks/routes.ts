import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { IdParams } from '../http/schemas/fields.ts'
import { problemResponses } from '../http/schemas/problem-schema.ts'
import type { Webhook } from '../storage/port.ts'
import { allAttention } from './attention-now.ts'
import { addWebhook, listDeliveries, removeWebhook, testWebhook, webhookOf } from './of-tenant.ts'
import {
  AttentionList,
  Deliveries,
  WebhookList,
  WebhookMade,
  WebhookOrder,
  WebhookTried,
  WebhookView
} from './schemas.ts'

/** Shown of what was told: a week has few more. */
const mostDeliveries = 50

/** Who is told of what needs attention, and what needs it now. */
export const webhookRoutes: FastifyPluginAsyncTypebox = async fastify => {
  const tags = ['attention']
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
      const { webhook, secret } = await addWebhook(fastify, request.caller.tenant, request.body.url)
      return reply.code(201).send({ ...shown(webhook), secret })
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
    request => testWebhook(fastify, request.caller.tenant, request.params.id)
  )

  fastify.get(
    '/webhooks/:id',
    {
      config: { permission: 'integrations:read' },
      schema: { tags, summary: 'One of them', params: IdParams, response: { 200: WebhookView, ...problemResponses } }
    },
    async request => shown(await webhookOf(fastify, request.caller.tenant, request.params.id))
  )

  fastify.get(
    '/webhooks/:id/deliveries',
    {
      config: { permission: 'integrations:read' },
      schema: {
        tags,
        summary: `The newest ${mostDeliveries} messages of the last week, and what came of each`,
        params: IdParams,
        response: { 200: Deliveries, ...problemResponses }
      }
    },
    async request => ({
      items: await listDeliveries(fastify, request.caller.tenant, request.params.id, mostDeliveries)
    })
  )

  fastify.delete(
    '/webhooks/:id',
    {
      config: { permission: 'integrations:update' },
      schema: {
        tags,
        summary: 'Tell it no more',
        params: IdParams,
        response: { 204: Type.Null({ description: 'Nothing is told to it any more' }), ...problemResponses }
      }
    },
    async (request, reply) => {
      await removeWebhook(fastify, request.caller.tenant, request.params.id)
      return reply.code(204).send(null)
    }
  )
}
