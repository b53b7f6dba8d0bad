import { matchesWords } from '../../entities/name-key.ts'
import { type PlannedQuery, plan } from '../client-query.ts'
import type { ClientQuery, ClientRecord, Listing, PageRequest } from '../port.ts'
import { type Place, Places, type Position } from './client-places.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { searchPlaces } from './client-search.ts'
import type { Database } from './database.ts'

export function listClients(
  database: Database,
  tenant: string,
  query: ClientQuery,
  { limit, cursor }: PageRequest
): Listing<ClientRecord> {
  const planned = plan(query)
  const after = database.cursors.decode(planned.list, cursor)
  const found = findPlaces(database, tenant, query, planned, after, limit + 1)
  const rows = database.all(
    `SELECT ${RECORD_COLUMNS}, pk FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON pk = value
      CROSS JOIN client_owners USING (owner)`,
    JSON.stringify(found.map(place => place.pk))
  )
  const records = new Map(rows.map(row => [row.pk, row]))
  const { items, nextCursor } = database.cursors.listing(planned.list, found, limit, place => place.position)
  return { items: items.map(({ pk }) => toRecord(records.get(pk)!)), nextCursor }
}

function findPlaces(
  database: Database,
  tenant: string,
  query: ClientQuery,
  { order, words }: PlannedQuery,
  after: Position | null,
  limit: number
): Place[] {
  if (words?.length === 0) return []
  const places = new Places(database, tenant, query, order)
  if (query.externalId !== undefined) {
    const found = places.withExternalId(query.externalId).filter(place => places.isAfter(place, after))
    return (words ? found.filter(({ position }) => matchesWords(position[0]!, words)) : found).slice(0, limit)
  }
  return words ? searchPlaces(places, words, after, limit) : places.next(after, limit)
}
