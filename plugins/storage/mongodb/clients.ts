import type { Document } from 'mongodb'
import { toPart } from '../former-shapes.ts'
import type { ClientStore } from '../port.ts'
import { listAgreements } from './agreement-lists.ts'
import { changingKey, partKey, toRecord } from './client-document.ts'
import { eraseClient } from './client-erasure.ts'
import { countClients, listClients, statuses } from './client-lists.ts'
import type { Collections } from './documents.ts'
import { writePage } from './page-writes.ts'
import { firstOf, stepwise } from './steps.ts'

/** Before the first day. */
const EVER = ''

export function clientStore(collections: Collections): ClientStore {
  const { clients, targets } = collections

  /** Of an installation's connection, those whose part of it has one of these statuses. */
  const parts = async (installationId: string, of: readonly (typeof statuses)[number][]) => ({
    connectionId: { $eq: await targets.connectionOf(installationId) },
    partKeys: { $in: of.map(status => partKey(installationId, status)) }
  })
  const byPart = { hint: 'by-part' } as const

  const byExternalIds = (connectionId: string, externalIds: readonly string[], projection: Document = {}) =>
    clients
      .find(
        { connectionId: { $eq: connectionId }, externalId: { $in: [...externalIds] } },
        { batchSize: externalIds.length + 1, hint: 'by-external-id', projection }
      )
      .toArray()

  return {
    load: async (connectionId, externalIds) => (await byExternalIds(connectionId, externalIds)).map(toRecord),

    async loadParts(connectionId, installationId, externalIds) {
      const found = await byExternalIds(connectionId, externalIds, { externalId: 1, parts: 1 })
      return found.flatMap(({ externalId, parts }) => {
        const part = parts.find(one => one.installationId === installationId)
        return part ? [{ externalId, part: toPart(part) }] : []
      })
    },

    write: (lease, page) => writePage(collections, lease, page),

    async activeInRange(installationId, after, through, limit) {
      const range = { $gt: after ?? '', ...(through !== null && { $lte: through }) }
      const found = await clients
        .find(
          { ...(await parts(installationId, ['active'])), sortKey: range },
          { projection: { externalId: 1, sortKey: 1 }, ...byPart }
        )
        .sort({ sortKey: 1 })
        .limit(limit)
        .toArray()
      return found.map(({ externalId, sortKey }) => ({ externalId, sortKey }))
    },

    async activeRecords(installationId, after, limit) {
      const filter = { ...(await parts(installationId, ['active'])), sortKey: { $gt: after ?? '' } }
      const found = clients.find(filter, { ...stepwise(limit), ...byPart }).sort({ sortKey: 1 })
      return firstOf(found, limit, toRecord)
    },

    async changingBy(installationId, day, limit) {
      const days = { $gte: changingKey(installationId, EVER), $lte: changingKey(installationId, day) }
      const connectionId = { $eq: await targets.connectionOf(installationId) }
      const found = await clients
        .find(
          // The first condition is that of the index.
          { connectionId, $and: [{ changing: { $exists: true } }, { changing: { $elemMatch: days } }] },
          { projection: { externalId: 1 }, hint: 'by-changing-day' }
        )
        .limit(limit)
        .toArray()
      return found.map(({ externalId }) => externalId)
    },

    async counts(installationId) {
      const [active, inactive, gone] = await Promise.all(
        statuses.map(async status => clients.countDocuments(await parts(installationId, [status]), byPart))
      )
      return { active: active!, inactive: inactive!, gone: gone! }
    },

    async listOfInstallation(installationId, limit) {
      const found = clients.find(await parts(installationId, statuses), { ...stepwise(limit), ...byPart })
      return firstOf(found, limit, toRecord)
    },

    async get(tenant, id) {
      const found = await clients.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      return found && toRecord(found)
    },

    list: (tenant, query, page) => listClients(collections, tenant, query, page),

    total: (tenant, filter) => countClients(collections, tenant, filter),

    listAgreements: (tenant, query, page) => listAgreements(collections, tenant, query, page),

    tryErase: (tenant, id, rev) => eraseClient(collections, tenant, id, rev)
  }
}
