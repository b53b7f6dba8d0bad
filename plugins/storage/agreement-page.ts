import { type Page, PageBound } from './page-weight.ts'
import type { AgreementRow, ClientAgreement } from './port.ts'
import { compareText } from './text-order.ts'

/** A client as a list of agreements reads it: each has one of the status that is asked for at least. */
export interface SignedClient {
  readonly id: string
  readonly name: string
  readonly status: AgreementRow['clientStatus']
  /** Of its agreements, see PAGE_BYTES. */
  readonly weight: number
  readonly agreements: () => readonly ClientAgreement[]
}

/** Where the page before ended. */
export interface AgreementPosition {
  readonly clientId: string
  readonly externalId: string
}

/** Of the client that the page before ended in there may be nothing left: it is read whole once more, and weighs nothing. */
export function weightFrom(position: AgreementPosition | null, id: string, weight: number): number {
  return id === position?.clientId ? 0 : weight
}

/** A page of the agreements of these clients, which come by id. Reads no further than it needs. */
export function takeAgreements(
  clients: Iterable<SignedClient>,
  { status, position, limit }: { status: string | undefined; position: AgreementPosition | null; limit: number }
): Page<AgreementRow> {
  const bound = new PageBound(Number.POSITIVE_INFINITY)
  const rows: AgreementRow[] = []
  for (const client of clients) {
    const fits = bound.takes(weightFrom(position, client.id, client.weight))
    if (rows.length > limit || !fits) return { items: rows.slice(0, limit), more: true }
    const seen = client.id === position?.clientId ? position.externalId : null
    rows.push(...rowsOf(client, status, seen))
  }
  return { items: rows.slice(0, limit), more: rows.length > limit }
}

function rowsOf(client: SignedClient, status: string | undefined, seen: string | null): AgreementRow[] {
  return client
    .agreements()
    .filter(
      item => (status ?? item.status) === item.status && (seen === null || compareText(item.externalId, seen) > 0)
    )
    .sort((a, b) => compareText(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId: client.id, clientName: client.name, clientStatus: client.status }))
}
