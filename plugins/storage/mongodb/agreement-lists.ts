import { type AgreementPosition, takeAgreements, weightFrom } from '../agreement-page.ts'
import { toAgreement } from '../former-shapes.ts'
import { PageBound, upToPage } from '../page-weight.ts'
import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { statuses } from './client-lists.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { step, stepwise, type Weighed } from './steps.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]
type Found = Weighed<ClientDocument>

/** See client-lists.ts: with the statuses, fewer stretches than the server would sort. */
const TOGETHER = 50

export async function listAgreements(
  collections: Collections,
  tenant: string,
  query: AgreementQuery,
  { limit, cursor }: PageRequest
): Promise<Listing<AgreementRow>> {
  const { cursors, targets } = collections
  const decoded = cursors.decode('agreements', cursor)
  const position: AgreementPosition | null = decoded && { clientId: decoded[0]!, externalId: decoded[1]! }
  const connections = await targets.connectionsOf(tenant)
  let found: Found[] = []
  for (let at = 0; at < connections.length; at += TOGETHER) {
    const some = connections.slice(at, at + TOGETHER)
    // One more row than a page, and of the client that the last page ended in there may be none left.
    const next = await clientsFrom(collections, tenant, some, query, position, limit + 1)
    found = found.length === 0 ? next : upToPage(sorted([...found, ...next]), limit + 1, ({ bytes }) => bytes)
  }
  const clients = found.map(({ document, bytes }) => ({
    ...{ id: document._id, name: document.profile.name, status: document.status, weight: bytes },
    agreements: () => document.agreements.map(toAgreement)
  }))
  const page = takeAgreements(clients, { status: query.status, position, limit })
  return cursors.listing('agreements', page, row => [row.clientId, row.externalId])
}

const sorted = (found: Found[]) => found.sort((a, b) => compareText(a.document._id, b.document._id))

/**
 * By id: each has at least one agreement of the query's status, so that no more are read than a page needs, and the one
 * behind it.
 */
function clientsFrom(
  { clients }: Collections,
  tenant: string,
  connections: readonly string[],
  { clientId, status, clientStatus }: AgreementQuery,
  position: AgreementPosition | null,
  limit: number
): Promise<Found[]> {
  const hint = clientId !== undefined ? '_id_' : status === undefined ? 'with-agreements' : 'by-agreement-status'
  const found = clients
    .find(
      {
        connectionId: { $in: [...connections] },
        tenant: { $eq: tenant },
        agreementCount: { $gt: 0 },
        status: clientStatus === undefined ? { $in: [...statuses] } : { $eq: clientStatus },
        ...(status !== undefined && { 'agreements.status': { $eq: status } }),
        _id: { $gte: position?.clientId ?? '', ...(clientId !== undefined && { $eq: clientId }) }
      },
      { ...stepwise(limit), projection: { 'profile.name': 1, agreements: 1, status: 1 }, hint }
    )
    .sort({ _id: 1 })
    .limit(limit + 1)
  return step(found, new PageBound(limit), ({ _id }, bytes) => weightFrom(position, _id, bytes))
}
