import type { Lease, LossRow, LossStore } from '../port.ts'
import type { Collections, LossDocument } from './documents.ts'
import { DUPLICATE_KEY, failedOnlyBy, LOST_RACES, repeated } from './failures.ts'
import { requireHeld } from './fence.ts'

export function lossStore(collections: Collections): LossStore {
  const { losses, cursors } = collections
  const ofLease = ({ installationId, token }: Lease) => ({
    installationId: { $eq: installationId },
    token: { $lte: token }
  })

  return {
    async list(installationId, { states, by }, after, limit) {
      const found = await losses
        .find(
          {
            installationId: { $eq: installationId },
            state: { $in: [...states] },
            ...(by !== undefined && { by: { $eq: by } }),
            externalId: { $gt: after ?? '' }
          },
          { hint: by === undefined ? 'by-state' : 'by-stager' }
        )
        .sort({ externalId: 1 })
        .limit(limit)
        .toArray()
      return found.map(toLoss)
    },

    async of(installationId, externalIds) {
      const found = await losses
        .find({ installationId: { $eq: installationId }, externalId: { $in: [...externalIds] } })
        .toArray()
      return found.map(toLoss)
    },

    async mark(lease, externalIds, state) {
      await requireHeld(collections, lease)
      const filter = { ...ofLease(lease), externalId: { $in: [...externalIds] } }
      await repeated(() => losses.updateMany(filter, { $set: { state, token: lease.token } }))
    },

    async remove(lease, externalIds) {
      await requireHeld(collections, lease)
      await removeLosses(collections, lease, externalIds, [])
    },

    async dropStale(lease, by, before) {
      await requireHeld(collections, lease)
      await repeated(() =>
        losses.deleteMany({
          installationId: { $eq: lease.installationId },
          state: { $in: ['staged', 'looked', 'passed', 'taken'] },
          by: { $ne: by },
          token: { $lt: before }
        })
      )
    },

    async listHeld(tenant, installationId, kind, { limit, cursor }) {
      const [after] = cursors.decode('losses', cursor) ?? ['']
      const found = await losses
        .find(
          {
            installationId: { $eq: installationId },
            tenant: { $eq: tenant },
            state: { $eq: 'held' },
            ...(kind !== null && { 'items.kind': { $eq: kind } }),
            externalId: { $gt: after! }
          },
          { hint: kind === null ? 'by-state' : 'by-kind' }
        )
        .sort({ externalId: 1 })
        .limit(limit + 1)
        .toArray()
      return cursors.listing('losses', found.map(toLoss), limit, row => [row.externalId])
    }
  }
}

/** Each in place of the row of the same client, unless that has a newer token. */
export async function putLosses(
  { losses }: Collections,
  { tenant, installationId }: Lease,
  rows: readonly LossRow[]
): Promise<void> {
  const statements = rows.map(row => ({
    replaceOne: {
      filter: {
        installationId: { $eq: installationId },
        externalId: { $eq: row.externalId },
        token: { $lte: row.token }
      },
      replacement: { ...row, tenant, installationId },
      upsert: true
    }
  }))
  await upserted(() => losses.bulkWrite(statements, { ordered: false }))
}

/** Where the unique key says that a newer one is there; twice, as two upserts of one key may miss each other. */
export async function upserted(bulk: () => Promise<unknown>): Promise<void> {
  for (let time = 1; ; time++) {
    try {
      await repeated(bulk)
      return
    } catch (error) {
      if (!failedOnlyBy(error, LOST_RACES)) throw error
      if (time === 2 && failedOnlyBy(error, [DUPLICATE_KEY])) return
      if (time === 2) throw error
    }
  }
}

/** But those of these clients. */
export async function removeLosses(
  { losses }: Collections,
  { installationId, token }: Lease,
  externalIds: readonly string[],
  butOf: readonly string[]
): Promise<void> {
  await repeated(() =>
    losses.deleteMany({
      installationId: { $eq: installationId },
      externalId: { $in: [...externalIds] },
      clientId: { $nin: [...butOf] },
      token: { $lte: token }
    })
  )
}

/** What came too late: of this page's rows those that nobody has put others in the place of. */
export async function takeBackLosses(
  { losses }: Collections,
  { installationId, token }: Lease,
  rows: readonly LossRow[]
): Promise<void> {
  await losses.deleteMany({
    installationId: { $eq: installationId },
    externalId: { $in: rows.map(({ externalId }) => externalId) },
    token: { $lte: token }
  })
}

export function toLoss({ _id, tenant: _tenant, ...row }: LossDocument): LossRow {
  return row
}
