import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { ANY } from './agreement-states.ts'
import { ownersOf } from './client-owners.ts'
import { allStatusNumbers, statusNumber, statusOf, toAgreements } from './client-row.ts'
import type { Database, Row } from './database.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** Clients read at a time. */
const STRIDE = 100

const COLUMNS = "id, status, body ->> '$.profile.name' AS name, agreements"

export function listAgreements(
  database: Database,
  tenant: string,
  query: AgreementQuery,
  { limit, cursor }: PageRequest
): Listing<AgreementRow> {
  const position = database.cursors.decode('agreements', cursor)
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
  return database.cursors.listing('agreements', found.slice(0, limit + 1), limit, row => [row.clientId, row.externalId])
}

/** By id: each has at least one agreement of the query's status, so that no more are read than a page needs. */
function clientsFrom(
  database: Database,
  owners: readonly number[],
  { clientId, status, clientStatus }: AgreementQuery,
  from: string,
  inclusive: boolean
): Row[] {
  const sign = inclusive ? '>=' : '>'
  const numbers = clientStatus === undefined ? allStatusNumbers : [statusNumber(clientStatus)]
  if (clientId !== undefined) {
    return database
      .all(`SELECT ${COLUMNS}, owner FROM clients WHERE id = ? AND id ${sign} ?`, clientId, from)
      .filter(row => owners.includes(row.owner) && numbers.includes(row.status))
  }
  const text = `SELECT id FROM agreement_states
    WHERE owner = ? AND state = ? AND status = ? AND id ${sign} ? ORDER BY id LIMIT ${STRIDE}`
  const ids = owners
    .flatMap(owner => numbers.flatMap(number => database.all(text, owner, status ?? ANY, number, from)))
    .map(row => row.id)
    .sort(compareText)
    .slice(0, STRIDE)
  return database
    .all(
      `SELECT ${COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON id = value`,
      JSON.stringify(ids)
    )
    .sort((a, b) => compareText(a.id, b.id))
}

function agreementsOf(row: Row, { status }: AgreementQuery, seen: string | null): AgreementRow[] {
  return toAgreements(row.agreements)
    .filter(
      item => (status ?? item.status) === item.status && (seen === null || compareText(item.externalId, seen) > 0)
    )
    .sort((a, b) => compareText(a.externalId, b.externalId))
    .map(item => ({ ...item, clientId: row.id, clientName: row.name, clientStatus: statusOf(row.status) }))
}
