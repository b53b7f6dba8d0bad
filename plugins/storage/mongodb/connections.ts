import type { Connection, ConnectionStore } from '../port.ts'
import type { Collections, ConnectionDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'
import { afterOldest } from './paging.ts'

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
      const found = await connections
        .find({ tenant: { $eq: tenant }, ...after })
        .sort({ createdAt: 1, _id: 1 })
        .limit(limit + 1)
        .toArray()
      const items = found.map(document => toConnection(document)!)
      return cursors.listing('connections', items, limit, item => [item.createdAt, item.id])
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
      const walk = connections.find({ updatedAt: { $lte: until } }).sort({ updatedAt: 1, _id: 1 })
      try {
        for await (const connection of walk) {
          const used = { tenant: { $eq: connection.tenant }, connectionId: { $eq: connection._id } }
          if (!(await installations.findOne(used, { projection: { _id: 1 } }))) unused.push(connection)
          if (unused.length === limit) break
        }
      } finally {
        await walk.close()
      }
      return unused.map(document => toConnection(document)!)
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
