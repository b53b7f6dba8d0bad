import type { Collections } from './documents.ts'
import { repeated } from './failures.ts'
import { removeHistoryOf } from './history.ts'
import { lossId } from './losses.ts'
import { seenId } from './seen.ts'

/**
 * See ClientStore.tryErase. What else is kept of the client goes before it, so that an erasure that was cut can be
 * repeated, and once more after it, for what a run has added meanwhile.
 */
export async function eraseClient(collections: Collections, tenant: string, id: string, rev: number): Promise<boolean> {
  const { clients, installations, losses, seen } = collections
  const isThisOne = { _id: { $eq: id }, tenant: { $eq: tenant }, rev: { $eq: rev }, status: { $eq: 'gone' as const } }
  const found = await clients.findOne(isThisOne, { projection: { connectionId: 1, externalId: 1 } })
  if (!found) return false
  const { connectionId, externalId } = found
  const own = await installations
    .find({ tenant: { $eq: tenant }, connectionId: { $eq: connectionId } }, { projection: { _id: 1 } })
    .toArray()
  const ids = own.map(({ _id }) => _id)
  const installationId = { $in: ids }
  const eraseRest = async () => {
    await removeHistoryOf(collections, connectionId, id)
    await repeated(() => losses.deleteMany({ installationId, _id: { $in: ids.map(each => lossId(each, externalId)) } }))
    await repeated(() => seen.deleteMany({ installationId, _id: { $in: ids.map(each => seenId(each, externalId)) } }))
  }
  await eraseRest()
  const { deletedCount } = await repeated(() =>
    clients.deleteOne({ ...isThisOne, connectionId: { $eq: connectionId } })
  )
  if (deletedCount === 0) return false
  await eraseRest()
  return true
}
