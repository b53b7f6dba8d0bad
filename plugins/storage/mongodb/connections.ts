import type { Connection, ConnectionStore } from '../port.ts'
import type { Collections, ConnectionDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'
import { afterOldest } from './paging.ts'
import { pageOf, stepwise } from './steps.ts'

/** Connections that one step of a search for unused ones looks at. */
const LOOKED_AT = 500

export function connectionStore(collections: Collections): ConnectionStore {
  const { connections, installations, cursors } = collections

  return {
    async tryInsert({ id, ...connection }) {
      try {
        await connections.insertOne({ _id: id, ...connection, rev: 1 })
        return true
      } catch (error) {
        if (isDuplicateKey(error)) return false
        throw error
      }
    },

    get: async (tenant, id) => toConnection(await connections.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })),

    findByAccount: async (tenant, connector, accountKey) =>
      toConnection(
        await connections.findOne({
          tenant: { $eq: tenant },
          connector: { $eq: connector },
          accountKey: { $eq: accountKey }
        })
      ),

    async listByAccountId(tenant, connector, accountId) {
      const found = await connections
        .find({ tenant: { $eq: tenant }, connector: { $eq: connector }, 'account.id': { $eq: accountId } })
        .toArray()
      return found.map(document => toConnection(document)!)
    },

    async list(tenant, { limit, cursor }) {
      const after = afterOldest(cursors.decode('connections', cursor))
      const found = connections
        .find({ tenant: { $eq: tenant }, ...after }, stepwise(limit))
        .sort({ createdAt: 1, _id: 1 })
      const page = await pageOf(found, limit, document => toConnection(document)!)
      return cursors.listing('connections', page, item => [item.createdAt, item.id])
    },

    async tryUpdate(tenant, id, rev, change) {
      const { accountKey, account, display, sealed, state, trouble, lastValidation } = change
      const set = { accountKey, account, display, sealed, state, trouble, lastValidation }
      const updatedAt = new Date().toISOString()
      try {
        const changed = await repeated(() =>
          connections.findOneAndUpdate(
            { _id: { $eq: id }, tenant: { $eq: tenant }, rev: { $eq: rev } },
            { $set: { ...set, updatedAt }, $inc: { rev: 1 } } as object,
            { returnDocument: 'after' }
          )
        )
        return toConnection(changed)
      } catch (error) {
        if (isDuplicateKey(error)) return null
        throw error
      }
    },

    async mergeState(tenant, id, change) {
      await repeated(() =>
        connections.updateOne({ _id: { $eq: id }, tenant: { $eq: tenant } }, [
          { $set: { state: { $mergeObjects: ['$state', literal(change)] } } }
        ])
      )
    },

    async note(tenant, id, { trouble, workedAt }) {
      const set = { trouble, workedAt }
      if (trouble === undefined && workedAt === undefined) return
      await repeated(() =>
        connections.updateOne({ _id: { $eq: id }, tenant: { $eq: tenant } }, { $set: set } as object)
      )
    },

    async tryRemove(tenant, id, rev) {
      const { deletedCount } = await repeated(() =>
        connections.deleteOne({ _id: { $eq: id }, tenant: { $eq: tenant }, rev: { $eq: rev } })
      )
      return deletedCount === 1
    },

    async listUnused(olderThanMs, limit) {
      const until = new Date((await collections.now()) - olderThanMs).toISOString()
      const unused: ConnectionDocument[] = []
      // Those in use stand in front of the order and stay there, so it is walked on.
      for (let after: readonly string[] | null = null; unused.length < limit; ) {
        const found: ConnectionDocument[] = await connections
          .find({ updatedAt: { $gte: after?.[0] ?? '', $lte: until }, ...afterUpdate(after) })
          .sort({ updatedAt: 1, _id: 1 })
          .limit(LOOKED_AT)
          .toArray()
        unused.push(...(await without(found, installations)))
        const last = found.at(-1)
        if (!last || found.length < LOOKED_AT) break
        after = [last.updatedAt, last._id]
      }
      return unused.slice(0, limit).map(document => toConnection(document)!)
    },

    async listUnchecked(before, after, limit) {
      const never = after === null || after.lastValidation === null
      const found = never
        ? await connections
            .find({ 'lastValidation.at': { $eq: null }, _id: { $gt: after?.id ?? '' } })
            .sort({ _id: 1 })
            .limit(limit)
            .toArray()
        : []
      if (found.length < limit) {
        const at = { $lt: before, $gte: after?.lastValidation?.at ?? '' }
        const rest = await connections
          .find({ 'lastValidation.at': at, ...afterCheck(after) })
          .sort({ 'lastValidation.at': 1, _id: 1 })
          .limit(limit - found.length)
          .toArray()
        found.push(...rest)
      }
      return found.map(document => toConnection(document)!)
    },

    async listNotSealedBy(kek, afterId, limit) {
      const found = await connections
        .find({ _id: { $gt: afterId ?? '' }, 'sealed.kek': { $ne: kek } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray()
      return found.map(document => toConnection(document)!)
    },

    keysInUse: async () => (await connections.distinct('sealed.kek', {})).sort()
  }
}

function toConnection(document: ConnectionDocument | null): Connection | null {
  if (!document) return null
  const { _id: id, ...connection } = document
  return { id, ...connection }
}

function afterUpdate(position: readonly string[] | null): object {
  if (!position) return {}
  const [updatedAt, id] = position
  return { $or: [{ updatedAt: { $gt: updatedAt } }, { _id: { $gt: id } }] }
}

/** Within those last checked at the same time, or later. */
function afterCheck(after: Pick<Connection, 'id' | 'lastValidation'> | null): object {
  if (!after?.lastValidation) return {}
  return { $or: [{ 'lastValidation.at': { $gt: after.lastValidation.at } }, { _id: { $gt: after.id } }] }
}

/** Those over which nothing is installed. */
async function without(
  found: readonly ConnectionDocument[],
  installations: Collections['installations']
): Promise<ConnectionDocument[]> {
  const tenants = [...new Set(found.map(({ tenant }) => tenant))]
  const ids = found.map(({ _id }) => _id)
  const used = await installations
    .find(
      { tenant: { $in: tenants }, connectionId: { $in: ids } },
      { projection: { connectionId: 1 }, hint: 'by-connection', batchSize: LOOKED_AT + 1 }
    )
    .toArray()
  const inUse = new Set(used.map(({ connectionId }) => connectionId))
  return found.filter(({ _id }) => !inUse.has(_id))
}
