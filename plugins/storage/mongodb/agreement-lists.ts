import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { toRecord } from './client-document.ts'
import { statuses } from './client-lists.ts'
import type { ClientDocument, Collections } from './documents.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** Clients read at a time. */
const STRIDE = 100

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
    const rows: AgreementRow[] = []
    for await (const client of walk(collections, tenant, some, query, lastClient!)) {
      // Of the client that the last page ended in, only what comes after.
      const seen = client._id === lastClient ? lastExternalId! : null
      rows.push(...agreementsOf(client, query.status, seen))
      if (rows.length > limit) break
    }
    found.push(...rows)
  }
  if (connections.length > TOGETHER) found.sort(compareRows)
  return collections.cursors.listing('agreements', found, limit, row => [row.clientId, row.externalId])
}

/** By id: each has at least one agreement of the query's status, so that no more are read than a page needs. */
async function* walk(
  { clients }: Collections,
  tenant: string,
  connections: readonly string[],
  { clientId, status, clientStatus }: AgreementQuery,
  from: string
): AsyncGenerator<ClientDocument> {
  const hint = clientId !== undefined ? '_id_' : status === undefined ? 'with-agreements' : 'by-agreement-status'
  const found = clients
    .find(
      {
        connectionId: { $in: [...connections] },
        tenant: { $eq: tenant },
        agreementCount: { $gt: 0 },
        status: clientStatus === undefined ? { $in: [...statuses] } : { $eq: clientStatus },
        ...(status !== undefined && { 'agreements.status': { $eq: status } }),
        _id: { $gte: from, ...(clientId !== undefined && { $eq: clientId }) }
      },
      {
        projection: { 'profile.name': 1, agreements: 1, parts: 1, status: 1 },
        batchSize: STRIDE,
        hint
      }
    )
    .sort({ _id: 1 })
  try {
    yield* found
  } finally {
    await found.close()
  }
}

function agreementsOf(client: ClientDocument, status: string | undefined, seen: string | null): AgreementRow[] {
  const { id: clientId, profile, status: clientStatus, agreements } = toRecord(client)
  return agreements
    .filter(item => status === undefined || item.status === status)
    .filter(item => seen === null || compareText(item.externalId, seen) > 0)
    .sort((a, b) => compareText(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId, clientName: profile.name, clientStatus }))
}

function compareRows(a: AgreementRow, b: AgreementRow): number {
  return compareText(a.clientId, b.clientId) || compareText(a.externalId, b.externalId)
}
