import fp from 'fastify-plugin'
import { AsyncTask, SimpleIntervalJob } from 'toad-scheduler'
import { sealedKey } from '../sealing/sealed-key.ts'
import type { Delivery, Webhook } from '../storage/webhook-port.ts'
import type { Message } from './attention.ts'
import { secretOf } from './secret.ts'
import { type Post, sendDue, type Tried, tryOnce } from './sender.ts'
import { createTelling, type Telling } from './telling.ts'

export interface Webhooks extends Telling {
  /** Origins that may be told beside public https addresses. */
  readonly allowed: ReadonlySet<string>
  /** Puts the messages on their way to every webhook of the tenant; resolves when they are kept. */
  tell(tenant: string, messages: readonly Message[]): Promise<void>
  /** One message now, without repeats: for whoever tries a webhook out. */
  test(webhook: Webhook): Promise<Tried>
  secretOf(webhook: Webhook): string
  /** The host's clock. */
  now(): Date
}

declare module 'fastify' {
  interface FastifyInstance {
    webhooks: Webhooks
  }
}

export interface WebhooksOptions {
  readonly post: Post
  readonly allowed: ReadonlySet<string>
  readonly now: () => Date
  /** How often it is looked for what is due. @default 2000 */
  readonly everyMs?: number
}

/** A week: longer than all tries, so that nothing is told twice. */
const rememberedMs = 7 * 24 * 3_600_000

/** Decorates `fastify.webhooks`, and tells what is due until the host closes. */
export const webhooksPlugin = fp<WebhooksOptions>(
  async (fastify, { post, allowed, now, everyMs = 2000 }) => {
    const { store, keyring, log } = fastify
    const key = await sealedKey(store.meta, keyring, 'webhooks')
    const parts = { webhooks: store.webhooks, deliveries: store.deliveries, key, post, log, now }
    async function tell(tenant: string, messages: readonly Message[]): Promise<void> {
      if (messages.length === 0) return
      const createdAt = now().toISOString()
      for (const { id: webhookId, ended } of await store.webhooks.list(tenant)) {
        if (ended) continue
        for (const { id, body } of messages)
          await store.deliveries.add({ id: `${id}.${webhookId}`, tenant, webhookId, body, createdAt })
      }
    }
    const telling = createTelling(tell, now, error => log.warn({ err: error }, 'webhooks could not be told'))
    fastify.decorate('webhooks', {
      allowed,
      ...telling,
      tell,
      test: webhook => tryOnce(parts, webhook, testMessage(webhook, now())),
      secretOf: ({ id }) => secretOf(key, id),
      now
    })

    let sending: Promise<unknown> = Promise.resolve()
    let closing = false
    const task = new AsyncTask(
      'webhooks',
      async () => {
        if (closing) return
        sending = sendDue(parts).then(() => store.deliveries.prune(rememberedMs, 100))
        await sending
      },
      async error => log.warn({ err: error }, 'webhooks could not be told')
    )
    const job = new SimpleIntervalJob({ milliseconds: everyMs }, task, { id: 'webhooks', preventOverrun: true })
    fastify.addHook('onReady', async () => fastify.scheduler.addSimpleIntervalJob(job))
    // A try under way is waited for; what it did not finish is claimed again after its lease.
    fastify.addHook('onClose', async () => {
      closing = true
      await sending.catch(() => {})
    })
  },
  { name: 'webhooks', fastify: '5.x', dependencies: ['storage', 'outbound', 'schedule'] }
)

function testMessage(webhook: Webhook, at: Date): Pick<Delivery, 'id' | 'body'> {
  const timestamp = at.toISOString()
  const body = JSON.stringify({ type: 'webhook.test', timestamp, data: { webhookId: webhook.id } })
  return { id: `msg_test_${at.getTime().toString(36)}`, body }
}
