import { matchesWords, nameKeyOf, wordsOf } from '../../entities/name-key.ts'
import { decodeCursor, toListing } from '../cursor.ts'
import type { ClientQuery, ClientRecord, Listing, PageRequest } from '../port.ts'
import { isAfter, type Place, Places, type Position } from './client-places.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { searchPlaces } from './client-search.ts'
import type { Database } from './database.ts'

export function listClients(
  database: Database,
  tenant: string,
  query: ClientQuery,
  { limit, cursor }: PageRequest
): Listing<ClientRecord> {
  const [nameKey, id] = decodeCursor('clients', cursor, 2) ?? ['', '']
  const found = findPlaces(database, tenant, query, [nameKey!, id!], limit + 1)
  const rows = database.all(
    `SELECT ${RECORD_COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON pk = value
      CROSS JOIN client_owners USING (owner) ORDER BY name_key, id`,
    JSON.stringify(found.map(place => place.pk))
  )
  return toListing('clients', rows.map(toRecord), limit, record => [record.nameKey, record.id])
}

function findPlaces(database: Database, tenant: string, query: ClientQuery, after: Position, limit: number): Place[] {
  const words = query.search === undefined ? null : wordsOf(nameKeyOf(query.search))
  if (words?.length === 0) return []
  const places = new Places(database, tenant, query)
  if (query.externalId !== undefined) {
    return places
      .withExternalId(query.externalId)
      .filter(place => isAfter(place, after) && (!words || matchesWords(place.nameKey, words)))
      .slice(0, limit)
  }
  return words ? searchPlaces(places, words, after, limit) : places.next(after, limit)
}
