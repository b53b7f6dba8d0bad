import { matchesWords } from '../../entities/name-key.ts'
import { type PlannedQuery, plan, turned } from '../client-query.ts'
import { takePage } from '../page-weight.ts'
import type { ClientQuery, ClientRecord, Total, TwoWayListing, TwoWayPageRequest } from '../port.ts'
import { type Place, Places, type Position } from './client-places.ts'
import { RECORD_COLUMNS, statusNumber, toRecord } from './client-row.ts'
import { searchPlaces } from './client-search.ts'
import { type Database, weightOf } from './database.ts'

export function listClients(
  database: Database,
  tenant: string,
  query: ClientQuery,
  page: TwoWayPageRequest
): TwoWayListing<ClientRecord> {
  const { list, order, words } = plan(query)
  const { from, back } = database.cursors.start(list, page)
  const planned = { list, order: back ? turned(order) : order, words }
  const found = findPlaces(database, tenant, query, planned, from, page.limit + 1)
  const positions = new Map(found.map(({ pk, position }) => [pk, position]))
  // CROSS JOIN: in the order of the places.
  const rows = database.each(
    `SELECT ${RECORD_COLUMNS}, pk FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON pk = value
      CROSS JOIN client_owners USING (owner)`,
    JSON.stringify(found.map(place => place.pk))
  )
  const records = takePage(rows, page.limit, weightOf, row => ({ record: toRecord(row), pk: row.pk }))
  const { items, ...cursors } = database.cursors.twoWayListing(list, records, page, ({ pk }) => positions.get(pk)!)
  return { items: items.map(({ record }) => record), ...cursors }
}

/** See ClientStore.total: counts are kept, and exact. */
export function countClients(
  database: Database,
  tenant: string,
  { status, connectionId }: Pick<ClientQuery, 'status' | 'connectionId'>
): Total {
  const { count } = database.one(
    `SELECT coalesce(sum(count), 0) AS count FROM client_owners CROSS JOIN client_counts USING (owner)
      WHERE tenant = ? AND connection_id = coalesce(?, connection_id) AND status = coalesce(?, status)`,
    tenant,
    connectionId ?? null,
    status === undefined ? null : statusNumber(status)
  )!
  return { count, exact: true }
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
