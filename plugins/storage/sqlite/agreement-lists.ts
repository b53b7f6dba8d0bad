import { decodeCursor, toListing } from '../cursor.ts'
import type { AgreementRow, ClientAgreement, ClientStore, Listing, PageRequest } from '../port.ts'
import { ownersOf } from './client-owners.ts'
import type { Database, Row } from './database.ts'
import { compareText } from './text-order.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** Behind every id. */
const LAST = '\u{10ffff}'

/** Clients read at a time. */
const STRIDE = 100

export function listAgreements(
  database: Database,
  tenant: string,
  query: AgreementQuery,
  { limit, cursor }: PageRequest
): Listing<AgreementRow> {
  const position = decodeCursor('agreements', cursor, 2)
  const [clientId, externalId] = position ?? ['', '']
  const owners = ownersOf(database, tenant)
  const found: AgreementRow[] = []
  for (let from = clientId!, inclusive = true; found.length <= limit; inclusive = false) {
    const rows = clientsFrom(database, owners, query, from, inclusive)
    for (const row of rows) {
      // Of the client that the last page ended in, only what comes after.
      const seen = position && row.id === clientId ? externalId! : null
      found.push(...agreementsOf(row, query, seen))
    }
    if (rows.length < STRIDE) break
    from = rows.at(-1)!.id
  }
  return toListing('agreements', found.slice(0, limit + 1), limit, row => [row.clientId, row.externalId])
}

function clientsFrom(
  database: Database,
  owners: readonly number[],
  query: AgreementQuery,
  from: string,
  inclusive: boolean
): Row[] {
  return owners
    .flatMap(owner =>
      database.all(
        `SELECT id, body ->> '$.profile.name' AS name, agreements FROM clients INDEXED BY clients_with_agreements
          WHERE owner = ?1 AND agreement_states IS NOT NULL AND id ${inclusive ? '>=' : '>'} ?2
            AND id <= ?3 AND (?4 IS NULL OR instr(agreement_states, ?4) > 0)
          ORDER BY id LIMIT ?5`,
        owner,
        query.clientId !== undefined && query.clientId > from ? query.clientId : from,
        query.clientId ?? LAST,
        query.status === undefined ? null : `|${query.status}|`,
        STRIDE
      )
    )
    .sort((a, b) => compareText(a.id, b.id))
    .slice(0, STRIDE)
}

function agreementsOf(row: Row, { status }: AgreementQuery, seen: string | null): AgreementRow[] {
  return (JSON.parse(row.agreements) as ClientAgreement[])
    .filter(
      item => (status ?? item.status) === item.status && (seen === null || compareText(item.externalId, seen) > 0)
    )
    .sort((a, b) => compareText(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId: row.id, clientName: row.name }))
}
