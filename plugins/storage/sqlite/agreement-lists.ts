import { type AgreementPosition, type SignedClient, takeAgreements } from '../agreement-page.ts'
import type { AgreementRow, ClientStore, Listing, PageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { ANY } from './agreement-states.ts'
import { ownersOf } from './client-owners.ts'
import { allStatusNumbers, statusNumber, statusOf, toAgreements } from './client-row.ts'
import type { Database, Row } from './database.ts'

type AgreementQuery = Parameters<ClientStore['listAgreements']>[1]

/** Clients looked up at a time. */
const STRIDE = 100

const COLUMNS = "id, status, body ->> '$.profile.name' AS name, agreements"

export function listAgreements(
  database: Database,
  tenant: string,
  query: AgreementQuery,
  { limit, cursor }: PageRequest
): Listing<AgreementRow> {
  const found = database.cursors.decode('agreements', cursor)
  const position: AgreementPosition | null = found && { clientId: found[0]!, externalId: found[1]! }
  const clients = clientsFrom(database, ownersOf(database, tenant), query, position?.clientId ?? '')
  const page = takeAgreements(clients, { status: query.status, position, limit })
  return database.cursors.listing('agreements', page, row => [row.clientId, row.externalId])
}

/** By id: each has at least one agreement of the query's status, so that no more are read than a page needs. */
function* clientsFrom(
  database: Database,
  owners: readonly number[],
  { clientId, status, clientStatus }: AgreementQuery,
  first: string
): Iterable<SignedClient> {
  const numbers = clientStatus === undefined ? allStatusNumbers : [statusNumber(clientStatus)]
  if (clientId !== undefined) {
    yield* database
      .all(`SELECT ${COLUMNS}, owner FROM clients WHERE id = ? AND id >= ?`, clientId, first)
      .filter(row => owners.includes(row.owner) && numbers.includes(row.status))
      .map(toSigned)
    return
  }
  for (let from = first, sign = '>='; ; sign = '>') {
    const text = `SELECT id FROM agreement_states
      WHERE owner = ? AND state = ? AND status = ? AND id ${sign} ? ORDER BY id LIMIT ${STRIDE}`
    const ids = owners
      .flatMap(owner => numbers.flatMap(number => database.all(text, owner, status ?? ANY, number, from)))
      .map(row => row.id)
      .sort(compareText)
      .slice(0, STRIDE)
    // CROSS JOIN: in the order of the ids.
    const rows = database.each(
      `SELECT ${COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON id = value`,
      JSON.stringify(ids)
    )
    for (const row of rows) yield toSigned(row)
    if (ids.length < STRIDE) return
    from = ids.at(-1)
  }
}

function toSigned({ id, name, status, agreements }: Row): SignedClient {
  return {
    ...{ id, name, status: statusOf(status), weight: agreements?.length ?? 0 },
    agreements: () => toAgreements(agreements)
  }
}
