import type { FastifyBaseLogger } from 'fastify'
import { Webhook as Signer } from 'standardwebhooks'
import type { Delivery, DeliveryStore, LastTry, Webhook, WebhookStore } from '../storage/webhook-port.ts'
import { secretOf } from './secret.ts'

/** The part of fetch that a sender needs, through the guarded way out. */
export type Post = (
  url: string,
  init: { method: 'POST'; headers: Record<string, string>; body: string }
) => Promise<Response>

export interface SenderParts {
  readonly webhooks: WebhookStore
  readonly deliveries: DeliveryStore
  /** What secrets are made of. */
  readonly key: Buffer
  readonly post: Post
  readonly log: FastifyBaseLogger
  readonly now: () => Date
}

const minute = 60_000
const hour = 60 * minute
/** Between two tries: twelve tries over 72 hours. */
export const pauses: readonly number[] = [
  ...[5000, 30_000, 2 * minute, 10 * minute, 30 * minute, hour, 3 * hour, 6 * hour, 12 * hour, 24 * hour],
  25.5 * hour
]
/** Longer than one try can take: who claimed it and died is followed by another. */
const leaseMs = 60_000
const atOnce = 20

/** What came of one try. */
export type Tried =
  | { readonly end: 'told' }
  | { readonly end: 'ended'; readonly reason: string }
  | { readonly end: 'failed'; readonly reason: string }

/** Tells what is due; returns how many were tried. Never throws but for a store that is away. */
export async function sendDue(parts: SenderParts): Promise<number> {
  const due = await parts.deliveries.claimDue(atOnce, leaseMs)
  await Promise.all(due.map(delivery => send(parts, delivery)))
  return due.length
}

async function send(parts: SenderParts, delivery: Delivery): Promise<void> {
  const { webhooks, deliveries, log, now } = parts
  const { id, tenant, webhookId, tries } = delivery
  const webhook = await webhooks.get(tenant, webhookId)
  if (!webhook || webhook.ended) return deliveries.finish(id, null)
  const tried = await tryOnce(parts, webhook, delivery)
  const last = lastTry(tried, now())
  if (tried.end === 'told') return deliveries.finish(id, last)
  log.warn({ webhook: webhookId, delivery: id, tries, reason: tried.reason }, 'a webhook was not told')
  if (tried.end === 'ended') await webhooks.end(tenant, webhookId, tried.reason)
  const pauseMs = tried.end === 'failed' ? pauses[tries - 1] : undefined
  if (pauseMs === undefined) return deliveries.finish(id, last)
  // Many that failed together do not come back together.
  await deliveries.postpone(id, Math.round(pauseMs * (0.9 + Math.random() * 0.1)), last)
}

function lastTry(tried: Tried, at: Date): LastTry {
  const reason = tried.end === 'told' ? null : tried.reason
  return { at: at.toISOString(), told: tried.end === 'told', reason }
}

/** One signed POST. Answers below 300 are a receipt, 410 ends the webhook, whatever else is tried again. */
export async function tryOnce(
  { key, post, now }: Pick<SenderParts, 'key' | 'post' | 'now'>,
  { id, url }: Pick<Webhook, 'id' | 'url'>,
  delivery: Pick<Delivery, 'id' | 'body'>
): Promise<Tried> {
  const at = now()
  const signature = new Signer(secretOf(key, id)).sign(delivery.id, at, delivery.body)
  const headers = {
    'content-type': 'application/json',
    'webhook-id': delivery.id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
    'webhook-signature': signature
  }
  try {
    const { status } = await post(url, { method: 'POST', headers, body: delivery.body })
    if (status >= 200 && status < 300) return { end: 'told' }
    if (status === 410) return { end: 'ended', reason: 'It answered 410 Gone.' }
    return { end: 'failed', reason: `It answered with status ${status}.` }
  } catch (error) {
    return { end: 'failed', reason: (error as Error).message }
  }
}
