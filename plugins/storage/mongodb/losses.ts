import type { Lease, LossRow, LossStore } from '../port.ts'
import type { Collections, LossDocument } from './documents.ts'
import { repeated } from './failures.ts'
import { requireHeld } from './fence.ts'
import { firstOf, pageOf, stepwise } from './steps.ts'
import { putUnlessNewer } from './upserts.ts'

export function lossStore(collections: Collections): LossStore {
  const { losses, cursors } = collections
  return {
    async list(installationId, { states, by }, after, limit) {
      const found = losses
        .find(
          {
            installationId: { $eq: installationId },
            state: { $in: [...states] },
            ...(by !== undefined && { by: { $eq: by } }),
            externalId: { $gt: after ?? '' }
          },
          { ...stepwise(limit), hint: by === undefined ? 'by-state' : 'by-stager' }
        )
        .sort({ externalId: 1 })
      return firstOf(found, limit, toLoss)
    },

    async of(installationId, externalIds) {
      const found = await losses
        .find(named(installationId, externalIds), { batchSize: externalIds.length + 1 })
        .toArray()
      return found.map(toLoss)
    },

    async mark(lease, externalIds, state) {
      await requireHeld(collections, lease)
      const filter = { ...named(lease.installationId, externalIds), token: { $lte: lease.token } }
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
      const found = losses
        .find(
          {
            installationId: { $eq: installationId },
            tenant: { $eq: tenant },
            state: { $eq: 'held' },
            ...(kind !== null && { 'items.kind': { $eq: kind } }),
            externalId: { $gt: after! }
          },
          { ...stepwise(limit), hint: kind === null ? 'by-state' : 'by-kind' }
        )
        .sort({ externalId: 1 })
      return cursors.listing('losses', await pageOf(found, limit, toLoss), row => [row.externalId])
    }
  }
}

export async function putLosses(
  { losses }: Collections,
  { tenant, installationId }: Lease,
  rows: readonly LossRow[]
): Promise<void> {
  await putUnlessNewer(
    losses,
    rows.map(row => ({ ...row, _id: lossId(installationId, row.externalId), tenant, installationId }))
  )
}

export function lossId(installationId: string, externalId: string): string {
  return `${installationId}/${externalId}`
}

/** But those of these clients. */
export async function removeLosses(
  { losses }: Collections,
  { installationId, token }: Lease,
  externalIds: readonly string[],
  butOf: readonly string[]
): Promise<void> {
  await repeated(() =>
    losses.deleteMany({ ...named(installationId, externalIds), clientId: { $nin: [...butOf] }, token: { $lte: token } })
  )
}

/** What came too late: of this page's rows those that nobody has put others in the place of. */
export async function takeBackLosses(
  { losses }: Collections,
  { installationId, token }: Lease,
  rows: readonly LossRow[]
): Promise<void> {
  const externalIds = rows.map(({ externalId }) => externalId)
  await losses.deleteMany({ ...named(installationId, externalIds), token: { $lte: token } })
}

export function toLoss({ _id, tenant: _tenant, ...row }: LossDocument): LossRow {
  return row
}

function named(installationId: string, externalIds: readonly string[]) {
  return {
    _id: { $in: externalIds.map(externalId => lossId(installationId, externalId)) },
    installationId: { $eq: installationId }
  }
}
