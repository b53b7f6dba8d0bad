import { MongoBulkWriteError, ObjectId } from 'mongodb'
import type { SweepStore } from '../port.ts'
import type { Collections, StagedDocument } from './documents.ts'
import { DUPLICATE_KEY, repeated } from './failures.ts'
import { fenced, requireHeld } from './fence.ts'

export function sweepStore(collections: Collections): SweepStore {
  const { staged } = collections

  const add = async (documents: readonly StagedDocument[]) => {
    try {
      await staged.insertMany(documents, { ordered: false })
    } catch (error) {
      if (!onlyStagedBefore(error)) throw error
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
          if (documents.length > 0) await repeated(() => add(documents))
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

function onlyStagedBefore(error: unknown): boolean {
  if (!(error instanceof MongoBulkWriteError) || error.result.getWriteConcernError()) return false
  return [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY)
}
