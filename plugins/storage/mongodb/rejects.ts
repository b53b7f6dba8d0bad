import { decodeCursor, toListing } from '../cursor.ts'
import type { RejectStore, StoredReject } from '../port.ts'
import type { Collections, RejectDocument } from './documents.ts'
import { LOST_RACES, repeated } from './failures.ts'
import { fenced } from './fence.ts'

export function rejectStore(collections: Collections): RejectStore {
  const { rejects: stored } = collections
  return {
    async add(lease, rejects) {
      const { tenant, installationId, token } = lease
      const statements = rejects.map(({ runId, key, externalId, reason, payload, at }) => ({
        updateOne: {
          filter: { runId: { $eq: runId }, key: { $eq: key }, tenant: { $eq: tenant }, token: { $lte: token } },
          update: { $set: { runId, key, tenant, installationId, externalId, reason, payload, at, token } },
          upsert: true
        }
      }))
      const keys = rejects.map(({ runId, key }) => ({ runId, key, token }))
      await fenced(
        collections,
        lease,
        async () => {
          if (statements.length > 0) await repeated(() => stored.bulkWrite(statements, { ordered: false }), LOST_RACES)
        },
        async () => {
          if (keys.length > 0) await stored.deleteMany({ $or: keys })
        }
      )
    },

    async list(tenant, runId, { limit, cursor }) {
      const [after] = decodeCursor('rejects', cursor, 1) ?? []
      const found = await stored
        .find({
          runId: { $eq: runId },
          tenant: { $eq: tenant },
          ...(after !== undefined && { key: { $gt: after } })
        })
        .sort({ key: 1 })
        .limit(limit + 1)
        .toArray()
      return toListing('rejects', found.map(toReject), limit, reject => [reject.key])
    }
  }
}

function toReject(document: RejectDocument): StoredReject {
  const { key, runId, externalId, reason, payload, at } = document
  return { key, runId, externalId, reason, payload, at }
}
