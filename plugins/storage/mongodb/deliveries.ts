import type { Delivery, DeliveryNow, DeliveryStore } from '../webhook-port.ts'
import type { Collections, DeliveryDocument } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'

export function deliveryStore({ deliveries, now }: Collections): DeliveryStore {
  const isDue = { dueAt: { $ne: null }, $expr: { $lte: ['$dueAt', '$$NOW'] } } as const
  return {
    async add({ id, ...delivery }) {
      const dueAt = new Date(await now())
      try {
        await deliveries.insertOne({ _id: id, ...delivery, tries: 0, dueAt, finished: null })
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    },

    async claimDue(limit, leaseMs) {
      const claimed: Delivery[] = []
      while (claimed.length < limit) {
        const one = await repeated(() =>
          deliveries.findOneAndUpdate(
            isDue as object,
            [{ $set: { dueAt: fromNow(leaseMs), tries: { $add: ['$tries', 1] } } }],
            { sort: { dueAt: 1 }, returnDocument: 'after' }
          )
        )
        if (!one) break
        claimed.push(toDelivery(one))
      }
      return claimed
    },

    async postpone(id, forMs, last) {
      const set = { dueAt: fromNow(forMs), last: literal(last) }
      await repeated(() => deliveries.updateOne({ _id: { $eq: id }, dueAt: { $ne: null } }, [{ $set: set }]))
    },

    async finish(id, last) {
      const set = { dueAt: null, finished: '$$NOW', last: literal(last) }
      await repeated(() => deliveries.updateOne({ _id: { $eq: id } }, [{ $set: set }]))
    },

    async list(tenant, webhookId, limit) {
      const found = await deliveries
        .find({ webhookId: { $eq: webhookId }, tenant: { $eq: tenant } })
        .sort({ createdAt: -1, _id: -1 })
        .limit(limit)
        .toArray()
      return found.map(toDeliveryNow)
    },

    async prune(olderThanMs, limit) {
      const before = new Date((await now()) - olderThanMs)
      const old = await deliveries
        .find({ finished: { $lte: before } }, { projection: { _id: 1 } })
        .limit(limit)
        .toArray()
      if (old.length === 0) return 0
      const { deletedCount } = await deliveries.deleteMany({ _id: { $in: old.map(({ _id }) => _id) } })
      return deletedCount
    }
  }
}

function toDeliveryNow(document: DeliveryDocument): DeliveryNow {
  const { last = null, dueAt } = document
  return { ...toDelivery(document), last, dueAt: dueAt?.toISOString() ?? null }
}

function toDelivery({ _id: id, tenant, webhookId, body, createdAt, tries }: DeliveryDocument): Delivery {
  return { id, tenant, webhookId, body, createdAt, tries }
}
