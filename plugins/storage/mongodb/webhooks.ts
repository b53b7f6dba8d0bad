import type { Webhook, WebhookStore } from '../webhook-port.ts'
import type { Collections, WebhookDocument } from './documents.ts'

export function webhookStore({ webhooks, deliveries }: Collections): WebhookStore {
  return {
    async tryInsert({ id, ...webhook }, most) {
      // Two at once may make one more than that; nothing else rests on the number.
      if ((await webhooks.countDocuments({ tenant: { $eq: webhook.tenant } }, { limit: most })) >= most) return false
      await webhooks.insertOne({ _id: id, ...webhook })
      return true
    },

    async get(tenant, id) {
      const found = await webhooks.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      return found && toWebhook(found)
    },

    async list(tenant) {
      const found = await webhooks
        .find({ tenant: { $eq: tenant } })
        .sort({ createdAt: 1, _id: 1 })
        .toArray()
      return found.map(toWebhook)
    },

    async end(tenant, id, reason) {
      const ended = { at: new Date().toISOString(), reason }
      await webhooks.updateOne({ _id: { $eq: id }, tenant: { $eq: tenant }, ended: { $eq: null } }, { $set: { ended } })
    },

    async remove(tenant, id) {
      const { deletedCount } = await webhooks.deleteOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      if (deletedCount === 1) await deliveries.deleteMany({ webhookId: { $eq: id } })
      return deletedCount === 1
    }
  }
}

export function toWebhook({ _id: id, ...webhook }: WebhookDocument): Webhook {
  return { id, ...webhook }
}
