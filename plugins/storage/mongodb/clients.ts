import type { ClientStore } from '../port.ts'
import { listAgreements } from './agreement-lists.ts'
import { partKey, toRecord } from './client-document.ts'
import { listClients } from './client-lists.ts'
import { writeClients } from './client-writes.ts'
import type { Collections } from './documents.ts'

const STATUSES = ['active', 'inactive', 'gone'] as const

export function clientStore(collections: Collections): ClientStore {
  const { clients } = collections
  return {
    async load(connectionId, externalIds) {
      const found = await clients
        .find(
          { connectionId: { $eq: connectionId }, externalId: { $in: [...externalIds] } },
          { batchSize: externalIds.length + 1 }
        )
        .toArray()
      return found.map(toRecord)
    },

    write: (lease, writes) => writeClients(collections, lease, writes),

    async activeInRange(installationId, after, through, limit) {
      const found = await clients
        .find(
          {
            partKeys: { $eq: partKey(installationId, 'active') },
            sortKey: { $gt: after ?? '', ...(through !== null && { $lte: through }) }
          },
          { projection: { externalId: 1, sortKey: 1 } }
        )
        .sort({ sortKey: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ externalId, sortKey }) => ({ externalId, sortKey }))
    },

    async counts(installationId) {
      const [active, inactive, gone] = await Promise.all(
        STATUSES.map(status => clients.countDocuments({ partKeys: { $eq: partKey(installationId, status) } }))
      )
      return { active: active!, inactive: inactive!, gone: gone! }
    },

    async listOfInstallation(installationId, limit) {
      const keys = STATUSES.map(status => partKey(installationId, status))
      const found = await clients
        .find({ partKeys: { $in: keys } })
        .limit(limit)
        .toArray()
      return found.map(toRecord)
    },

    async get(tenant, id) {
      const found = await clients.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      return found && toRecord(found)
    },

    list: (tenant, query, page) => listClients(collections, tenant, query, page),

    listAgreements: (tenant, query, page) => listAgreements(collections, tenant, query, page)
  }
}
