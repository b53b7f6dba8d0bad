import { createHmac } from 'node:crypto'

/**
 * The signing secret of one webhook, as Standard Webhooks writes it. Made of a key that the store keeps sealed, so that
 * no webhook's own secret lies anywhere; it ends with its webhook.
 */
export function secretOf(key: Buffer, webhookId: string): string {
  return `whsec_${createHmac('sha256', key).update(`webhook ${webhookId}`).digest('base64')}`
}
