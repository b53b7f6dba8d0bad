import { createHmac } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { newId } from '../../entities/new-id.ts'
import { addWebhook, listDeliveries, removeWebhook, testWebhook, webhookOf } from '../../webhooks/of-tenant.ts'
import { type Desk, formOf, page } from '../desk.ts'
import { questionCard } from '../parts/dialog.ts'
import { path } from '../paths.ts'
import { type Typed, webhookCrumbs, webhookPage, webhooksPage } from './webhooks-body.ts'

/** Shown of what was told to one. */
const shown = 20

/** Who is told of what needs attention. */
export function webhooksPages(scope: FastifyInstance, desk: Desk): void {
  const { host } = desk
  const read = page('integrations:read')
  const idOf = (request: FastifyRequest) => (request.params as { id: string }).id

  async function showList(request: FastifyRequest, reply: FastifyReply, typed: Typed, status = 200) {
    const found = await host.store.webhooks.list(request.caller.tenant)
    return desk.show(request, reply, webhooksPage(desk, found, typed, await desk.viewer(request)), status)
  }

  scope.get('/webhooks', read, (request, reply) => showList(request, reply, { url: '', id: newId('whk') }))

  scope.post('/webhooks', page('integrations:update', { audit: 'webhook.create' }), async (request, reply) => {
    const { tenant } = request.caller
    const form = formOf(request)
    const [url, typed] = [(form.get('url') ?? '').trim().slice(0, 2000), form.get('id') ?? '']
    const id = idOfForm(request.session!.formKey, typed)
    // Sent once more, by a reload or a second press: it is there, and its secret was shown.
    if (await host.store.webhooks.get(tenant, id)) return reply.redirect(path.webhook(id), 303)
    try {
      const { webhook, secret } = await addWebhook(host, tenant, url, id)
      request.auditDetails = { webhookId: webhook.id }
      const made = { webhook, deliveries: [], secret, tried: null }
      return desk.show(request, reply, webhookPage(desk, made, await desk.viewer(request)), 201)
    } catch (error) {
      return showList(request, reply, { url, id: typed, problem: wordsOf(error) }, 422)
    }
  })

  async function showOne(
    request: FastifyRequest,
    reply: FastifyReply,
    tried: Awaited<ReturnType<typeof testWebhook>> | null
  ) {
    const { tenant } = request.caller
    const webhook = await webhookOf(host, tenant, idOf(request))
    const deliveries = await listDeliveries(host, tenant, webhook.id, shown)
    const found = { webhook, deliveries, secret: null, tried }
    return desk.show(request, reply, webhookPage(desk, found, await desk.viewer(request)))
  }

  scope.get('/webhooks/:id', read, (request, reply) => showOne(request, reply, null))

  // What came of it is kept nowhere, so it is said in the answer itself; once more is one more message.
  scope.post('/webhooks/:id/test', page('integrations:update', { callsVendor: true }), async (request, reply) =>
    showOne(request, reply, await testWebhook(host, request.caller.tenant, idOf(request)))
  )

  scope.get('/webhooks/:id/remove', page('integrations:update'), async (request, reply) => {
    const { id, url } = await webhookOf(host, request.caller.tenant, idOf(request))
    const { csrf } = await desk.viewer(request)
    const question = {
      title: 'Remove this webhook?',
      text: `${url} is told nothing any more. Its secret ends with it.`,
      post: { action: `${path.webhook(id)}/remove`, csrf },
      yes: 'Remove',
      yesKind: 'danger',
      no: 'Keep it',
      back: path.webhook(id)
    } as const
    const crumbs = webhookCrumbs('Remove')
    return desk.show(request, reply, {
      title: question.yes,
      place: 'attention',
      narrow: true,
      crumbs,
      body: questionCard(question)
    })
  })

  scope.post(
    '/webhooks/:id/remove',
    page('integrations:update', { audit: 'webhook.erase' }),
    async (request, reply) => {
      await removeWebhook(host, request.caller.tenant, idOf(request))
      return reply.redirect(path.webhooks, 303)
    }
  )
}

/**
 * Of the webhook that a form makes: the same however often it is sent, and nothing that whoever sends it could choose.
 * A secret is made of its webhook's id, so one that takes a former id would show a secret that somebody still trusts.
 */
function idOfForm(formKey: string, form: string): string {
  return `whk_${createHmac('sha256', formKey).update(`webhook ${form}`).digest('hex').slice(0, 32)}`
}

/** Of a refusal that is about what was typed; anything else goes on as it is. */
function wordsOf(error: unknown): string {
  const { code, message, details } = error as {
    code?: string
    message: string
    details?: { problems?: { message: string }[] }
  }
  if (code === 'HOST_ERR_TOO_MANY_WEBHOOKS') return message
  if (code === 'HOST_ERR_BAD_REQUEST' && details?.problems?.[0]) return `It ${details.problems[0].message}.`
  throw error
}
