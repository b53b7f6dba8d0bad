/** A tenant's webhooks: what REST and the console do with them. */
import { newId } from '../entities/new-id.ts'
import { errors, withDetails } from '../errors.ts'
import type { DeliveryNow, Store, Webhook } from '../storage/port.ts'
import type { Webhooks } from './plugin.ts'

/** Of one tenant. */
const mostWebhooks = 5

export interface WebhookHost {
  readonly store: Pick<Store, 'webhooks' | 'deliveries'>
  readonly webhooks: Webhooks
}

/** Throws HOST_ERR_NOT_FOUND. */
export async function webhookOf({ store }: WebhookHost, tenant: string, id: string): Promise<Webhook> {
  const found = await store.webhooks.get(tenant, id)
  if (!found) throw new errors.HOST_ERR_NOT_FOUND('webhook')
  return found
}

/**
 * @param id of a caller who may repeat itself: made by newId('whk')
 * @throws HOST_ERR_BAD_REQUEST for an address that may not be told, HOST_ERR_TOO_MANY_WEBHOOKS
 */
export async function addWebhook(
  { store, webhooks }: WebhookHost,
  tenant: string,
  typed: string,
  id: string = newId('whk')
): Promise<{ readonly webhook: Webhook; readonly secret: string }> {
  const url = requireTarget(typed, webhooks.allowed)
  const webhook: Webhook = { id, tenant, url, createdAt: webhooks.now().toISOString(), ended: null }
  if (!(await store.webhooks.tryInsert(webhook, mostWebhooks)))
    throw new errors.HOST_ERR_TOO_MANY_WEBHOOKS(String(mostWebhooks))
  return { webhook, secret: webhooks.secretOf(webhook) }
}

/** One message now; says what came of it. Throws HOST_ERR_NOT_FOUND. */
export async function testWebhook(
  host: WebhookHost,
  tenant: string,
  id: string
): Promise<{ readonly told: boolean; readonly reason: string | null }> {
  const tried = await host.webhooks.test(await webhookOf(host, tenant, id))
  return { told: tried.end === 'told', reason: tried.end === 'told' ? null : tried.reason }
}

/** With all that was still to be told. Throws HOST_ERR_NOT_FOUND. */
export async function removeWebhook({ store }: WebhookHost, tenant: string, id: string): Promise<void> {
  if (!(await store.webhooks.remove(tenant, id))) throw new errors.HOST_ERR_NOT_FOUND('webhook')
}

export interface DeliveryView {
  readonly id: string
  /** `attention.raised` or `attention.cleared`. */
  readonly type: string
  readonly createdAt: string
  readonly tries: number
  /** waiting: it is tried again at `nextTryAt`. given-up: its tries are used up, or its webhook has ended. */
  readonly state: 'waiting' | 'told' | 'given-up'
  readonly lastTryAt: string | null
  /** Why the newest try did not tell it; null: it did, or there was none. */
  readonly reason: string | null
  readonly nextTryAt: string | null
}

/** What was told to one webhook within the last week and what is on its way, the newest first. Throws HOST_ERR_NOT_FOUND. */
export async function listDeliveries(
  host: WebhookHost,
  tenant: string,
  id: string,
  limit: number
): Promise<DeliveryView[]> {
  await webhookOf(host, tenant, id)
  return (await host.store.deliveries.list(tenant, id, limit)).map(deliveryView)
}

function deliveryView({ id, webhookId, body, createdAt, tries, last, dueAt }: DeliveryNow): DeliveryView {
  const { type } = JSON.parse(body) as { type: string }
  const state = dueAt !== null ? 'waiting' : last?.told ? 'told' : 'given-up'
  const { at: lastTryAt = null, reason = null } = last ?? {}
  return { id: id.replace(`.${webhookId}`, ''), type, createdAt, tries, state, lastTryAt, reason, nextTryAt: dueAt }
}

/** The guard decides once more when it is called; what can be said now is said to whoever types it. */
function requireTarget(typed: string, allowed: ReadonlySet<string>): string {
  const url = URL.parse(typed)
  const isAllowed = url !== null && (url.protocol === 'https:' || allowed.has(url.origin))
  if (url && isAllowed && url.username === '' && url.password === '' && url.hash === '') return url.href
  const message = 'must be an https address without a user name, such as https://platform.example/hooks'
  throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems: [{ pointer: '/url', message }] })
}
