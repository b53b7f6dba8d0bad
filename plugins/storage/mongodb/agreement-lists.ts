import { toAgreement } from '../former-shapes.ts'
import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { statuses } from './client-lists.ts'
import type { ClientDocument, Collections } from './documents.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** See client-lists.ts: with the statuses, fewer stretches than the server would sort. */
const TOGETHER = 50

export async function listAgreements(
  collections: Collections,
  tenant: string,
  query: AgreementQuery,
  { limit, cursor }: PageRequest
): Promise<Listing<AgreementRow>> {
  const position = collections.cursors.decode('agreements', cursor)
  const [lastClient, lastExternalId] = position ?? ['', '']
  const connections = await collections.targets.connectionsOf(tenant)
  const found: AgreementRow[] = []
  for (let at = 0; at < connections.length; at += TOGETHER) {
    const some = connections.slice(at, at + TOGETHER)
    // One more row than a page, and of the client that the last page ended in there may be none left.
    const clients = await clientsFrom(collections, tenant, some, query, lastClient!, limit + 2)
    for (const client of clients) {
      const seen = client._id === lastClient ? lastExternalId! : null
      found.push(...agreementsOf(client, query.status, seen))
    }
  }
  if (connections.length > TOGETHER) found.sort(compareRows)
  const rows = found.slice(0, limit + 1)
  return collections.cursors.listing('agreements', rows, limit, row => [row.clientId, row.externalId])
}

/** By id: each has at least one agreement of the query's status, so that no more are read than a page needs. */
function clientsFrom(
  { clients }: Collections,
  tenant: string,
  connections: readonly string[],
  { clientId, status, clientStatus }: AgreementQuery,
  from: string,
  limit: number
): Promise<ClientDocument[]> {
  const hint = clientId !== undefined ? '_id_' : status === undefined ? 'with-agreements' : 'by-agreement-status'
  return clients
    .find(
      {
        connectionId: { $in: [...connections] },
        tenant: { $eq: tenant },
        agreementCount: { $gt: 0 },
        status: clientStatus === undefined ? { $in: [...statuses] } : { $eq: clientStatus },
        ...(status !== undefined && { 'agreements.status': { $eq: status } }),
        _id: { $gte: from, ...(clientId !== undefined && { $eq: clientId }) }
      },
      { projection: { 'profile.name': 1, agreements: 1, status: 1 }, batchSize: limit + 1, hint }
    )
    .sort({ _id: 1 })
    .limit(limit)
    .toArray()
}

function agreementsOf(client: ClientDocument, status: string | undefined, seen: string | null): AgreementRow[] {
  const { _id: clientId, profile, status: clientStatus, agreements } = client
  return agreements
    .map(toAgreement)
    .filter(item => status === undefined || item.status === status)
    .filter(item => seen === null || compareText(item.externalId, seen) > 0)
    .sort((a, b) => compareText(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId, clientName: profile.name, clientStatus }))
}

function compareRows(a: AgreementRow, b: AgreementRow): number {
  return compareText(a.clientId, b.clientId) || compareText(a.externalId, b.externalId)
}
