import { decodeCursor, toListing } from '../cursor.ts'
import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import type { ClientDocument, Collections } from './documents.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** Clients read at a time. */
const STRIDE = 100

export async function listAgreements(
  { clients }: Collections,
  tenant: string,
  { clientId, status }: AgreementQuery,
  { limit, cursor }: PageRequest
): Promise<Listing<AgreementRow>> {
  const position = decodeCursor('agreements', cursor, 2)
  const [lastClient, lastExternalId] = position ?? ['', '']
  const walk = clients
    .find(
      {
        tenant: { $eq: tenant },
        agreementCount: { $gt: 0 },
        _id: { $gte: lastClient!, ...(clientId !== undefined && { $eq: clientId }) },
        ...(status !== undefined && { 'agreements.status': { $eq: status } })
      },
      { projection: { 'profile.name': 1, agreements: 1 }, batchSize: STRIDE }
    )
    .sort({ _id: 1 })
  const found: AgreementRow[] = []
  try {
    for await (const client of walk) {
      // Of the client that the last page ended in, only what comes after.
      const seen = client._id === lastClient ? lastExternalId! : null
      found.push(...agreementsOf(client, status, seen))
      if (found.length > limit) break
    }
  } finally {
    await walk.close()
  }
  return toListing('agreements', found, limit, row => [row.clientId, row.externalId])
}

function agreementsOf(client: ClientDocument, status: string | undefined, seen: string | null): AgreementRow[] {
  return client.agreements
    .filter(item => status === undefined || item.status === status)
    .filter(item => seen === null || compareBytes(item.externalId, seen) > 0)
    .sort((a, b) => compareBytes(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId: client._id, clientName: client.profile.name }))
}

/** The store's order of texts, that of their UTF-8; JavaScript compares UTF-16 units. */
function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
