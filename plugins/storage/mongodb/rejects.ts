import type { Lease, RejectStore, StoredReject } from '../port.ts'
import type { Collections, RejectDocument } from './documents.ts'
import { LOST_RACES, repeated } from './failures.ts'
import { pageOf, stepwise } from './steps.ts'

export function rejectStore({ rejects, cursors }: Collections): RejectStore {
  return {
    async list(tenant, runId, { limit, cursor }) {
      const [after] = cursors.decode('rejects', cursor) ?? []
      const found = rejects
        .find(
          {
            tenant: { $eq: tenant },
            runId: { $eq: runId },
            ...(after !== undefined && { key: { $gt: after } })
          },
          stepwise(limit)
        )
        .sort({ key: 1 })
      return cursors.listing('rejects', await pageOf(found, limit, toReject), reject => [reject.key])
    }
  }
}

export async function putRejects(
  { rejects: stored }: Collections,
  { tenant, installationId, token }: Lease,
  rejects: readonly StoredReject[]
): Promise<void> {
  const statements = rejects.map(({ runId, key, externalId, reason, payload, at }) => ({
    updateOne: {
      filter: { tenant: { $eq: tenant }, runId: { $eq: runId }, key: { $eq: key }, token: { $lte: token } },
      update: { $set: { installationId, externalId, reason, payload, at, token } },
      upsert: true,
      hint: 'by-run'
    }
  }))
  await repeated(() => stored.bulkWrite(statements, { ordered: false }), LOST_RACES)
}

/** What came too late. */
export async function takeBackRejects(
  { rejects: stored }: Collections,
  { tenant, token }: Lease,
  rejects: readonly StoredReject[]
): Promise<void> {
  await stored.deleteMany({ $or: rejects.map(({ runId, key }) => ({ tenant, runId, key, token })) })
}

function toReject(document: RejectDocument): StoredReject {
  const { key, runId, externalId, reason, payload, at } = document
  return { key, runId, externalId, reason, payload, at }
}
