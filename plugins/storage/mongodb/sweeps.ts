import { ObjectId } from 'mongodb'
import type { SweepStore } from '../port.ts'
import type { Collections, StagedDocument } from './documents.ts'
import { DUPLICATE_KEY, failedOnlyBy, LOST_RACES, repeated } from './failures.ts'
import { fenced, requireHeld } from './fence.ts'

export function sweepStore(collections: Collections): SweepStore {
  const { staged } = collections

  const add = async (documents: readonly StagedDocument[]) => {
    try {
      await staged.insertMany(documents, { ordered: false })
    } catch (error) {
      // Staged before.
      if (!failedOnlyBy(error, [DUPLICATE_KEY])) throw error
    }
  }

  return {
    async stage(lease, generation, ids) {
      const { tenant, installationId, token } = lease
      const documents = ids.map(id => ({ _id: new ObjectId(), tenant, installationId, generation, id, token }))
      await fenced(
        collections,
        lease,
        async () => {
          await staged.deleteMany({ installationId: { $eq: installationId }, generation: { $ne: generation } })
          if (documents.length > 0) await repeated(() => add(documents), LOST_RACES)
        },
        () => staged.deleteMany({ _id: { $in: documents.map(({ _id }) => _id) } })
      )
    },

    count: (installationId, generation) =>
      staged.countDocuments({ installationId: { $eq: installationId }, generation: { $eq: generation } }),

    async list(installationId, generation, after, limit) {
      const found = await staged
        .find(
          {
            installationId: { $eq: installationId },
            generation: { $eq: generation },
            ...(after !== null && { id: { $gt: after } })
          },
          { projection: { id: 1 } }
        )
        .sort({ id: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ id }) => id)
    },

    async clear(lease) {
      await requireHeld(collections, lease)
      await staged.deleteMany({ installationId: { $eq: lease.installationId }, token: { $lte: lease.token } })
    }
  }
}
