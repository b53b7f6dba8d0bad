import { matchesWords, nameKeyOf, wordsOf } from '../../entities/name-key.ts'
import { decodeCursor, toListing } from '../cursor.ts'
import type { ClientQuery, ClientRecord, Listing, PageRequest } from '../port.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { type After, comparePlaces, isAfter, type Place, passes, searchRare, toPlace } from './client-search.ts'
import type { Database } from './database.ts'

const STATUSES = ['active', 'gone', 'inactive'] as const

/** How many places are walked at a time in search of a common word. */
const STRIDE = 500

export function listClients(
  database: Database,
  tenant: string,
  query: ClientQuery,
  { limit, cursor }: PageRequest
): Listing<ClientRecord> {
  const [nameKey, id] = decodeCursor('clients', cursor, 2) ?? ['', '']
  const places = findPlaces(database, tenant, query, [nameKey!, id!], limit + 1)
  const rows = database.all(
    `SELECT ${RECORD_COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON pk = value ORDER BY name_key, id`,
    JSON.stringify(places.map(place => place.pk))
  )
  return toListing('clients', rows.map(toRecord), limit, record => [record.nameKey, record.id])
}

function findPlaces(database: Database, tenant: string, query: ClientQuery, after: After, limit: number): Place[] {
  const words = query.search === undefined ? null : wordsOf(nameKeyOf(query.search))
  if (words?.length === 0) return []
  const connections = query.connectionId === undefined ? connectionsOf(database, tenant) : [query.connectionId]
  if (query.externalId !== undefined) {
    return byExternalId(database, tenant, connections, query, words, after).slice(0, limit)
  }
  if (words === null) return walk(database, tenant, connections, query, after, limit, '')
  return (
    searchRare(database, tenant, words, query, after, limit) ??
    searchCommon(database, tenant, connections, query, words, after, limit)
  )
}

/** Those that have clients, by skipping from one to the next in the index. */
function connectionsOf(database: Database, tenant: string): string[] {
  return database
    .all(
      `WITH RECURSIVE found (id) AS (
        SELECT min(connection_id) FROM clients WHERE tenant = ?1
        UNION ALL
        SELECT (SELECT min(connection_id) FROM clients WHERE tenant = ?1 AND connection_id > found.id)
          FROM found WHERE found.id IS NOT NULL
      ) SELECT id FROM found WHERE id IS NOT NULL`,
      tenant
    )
    .map(row => row.id)
}

function byExternalId(
  database: Database,
  tenant: string,
  connections: readonly string[],
  query: ClientQuery,
  words: readonly string[] | null,
  after: After
): Place[] {
  return connections
    .flatMap(connection =>
      database.all(
        `SELECT pk, id, name_key, status, connection_id FROM clients
          WHERE connection_id = ? AND external_id = ? AND tenant = ?`,
        connection,
        query.externalId!,
        tenant
      )
    )
    .filter(row => passes(row, query) && isAfter(row, after) && (!words || matchesWords(row.name_key, words)))
    .map(toPlace)
    .sort(comparePlaces)
}

/**
 * The next places in order: a short stretch of the index for each connection and status, merged. `part` is text that
 * the name key must contain.
 */
function walk(
  database: Database,
  tenant: string,
  connections: readonly string[],
  query: ClientQuery,
  [nameKey, id]: After,
  limit: number,
  part: string
): Place[] {
  const statuses = query.status === undefined ? STATUSES : [query.status]
  const stretches = connections.flatMap(connection =>
    statuses.flatMap(status =>
      database.all(
        `SELECT pk, name_key, id FROM clients INDEXED BY clients_by_name
          WHERE tenant = ? AND connection_id = ? AND status = ? AND (name_key, id) > (?, ?)
          ${part && 'AND instr(name_key, ?) > 0'} ORDER BY name_key, id LIMIT ?`,
        ...[tenant, connection, status, nameKey, id, ...(part ? [part] : []), limit]
      )
    )
  )
  return stretches.map(toPlace).sort(comparePlaces).slice(0, limit)
}

function searchCommon(
  database: Database,
  tenant: string,
  connections: readonly string[],
  query: ClientQuery,
  words: readonly string[],
  after: After,
  limit: number
): Place[] {
  const longest = words.reduce((a, b) => (b.length > a.length ? b : a))
  const found: Place[] = []
  for (let from = after; found.length < limit; ) {
    const places = walk(database, tenant, connections, query, from, STRIDE, longest)
    found.push(...places.filter(place => matchesWords(place.nameKey, words)))
    const last = places.at(-1)
    if (!last || places.length < STRIDE) break
    from = [last.nameKey, last.id]
  }
  return found.slice(0, limit)
}
