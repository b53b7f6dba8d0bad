import type { ClientQuery } from '../port.ts'
import type { Database, Row } from './database.ts'
import { compareText } from './text-order.ts'

/** A client's place in lists. */
export interface Place {
  readonly pk: number
  readonly nameKey: string
  readonly id: string
}

/** Exclusive start of a page: nameKey and id. */
export type After = readonly [string, string]

/** Past every word with this beginning: no letter or digit has a larger code point. */
export const LAST = '\u{10ffff}'

const STATUSES = ['active', 'gone', 'inactive'] as const

/** The clients of a tenant that a query leaves, without its search, in the order of lists. */
export class Places {
  readonly #database: Database
  readonly #tenant: string
  readonly #query: ClientQuery
  readonly #connections: readonly string[]

  constructor(database: Database, tenant: string, query: ClientQuery) {
    this.#database = database
    this.#tenant = tenant
    this.#query = query
    this.#connections = query.connectionId === undefined ? connectionsOf(database, tenant) : [query.connectionId]
  }

  /**
   * The next places: a short stretch of the index for each connection and status, merged. `before`: name keys below
   * it; `parts`: texts that the name key must contain.
   */
  next([nameKey, id]: After, limit: number, before: string | null = null, parts: readonly string[] = []): Place[] {
    const { status } = this.#query
    const stretches = this.#connections.flatMap(connection =>
      (status === undefined ? STATUSES : [status]).flatMap(each =>
        this.#database.all(
          `SELECT pk, name_key, id FROM clients INDEXED BY clients_by_name
            WHERE tenant = ? AND connection_id = ? AND status = ? AND (name_key, id) > (?, ?)
            ${before === null ? '' : 'AND name_key < ?'} ${parts.map(() => 'AND instr(name_key, ?) > 0').join(' ')}
            ORDER BY name_key, id LIMIT ?`,
          ...[this.#tenant, connection, each, nameKey, id],
          ...(before === null ? [] : [before]),
          ...parts,
          limit
        )
      )
    )
    return stretches.map(toPlace).sort(comparePlaces).slice(0, limit)
  }

  withExternalId(externalId: string): Place[] {
    return this.#connections
      .flatMap(connection =>
        this.#database.all(
          `SELECT pk, id, name_key, status, connection_id FROM clients
            WHERE connection_id = ? AND external_id = ? AND tenant = ?`,
          connection,
          externalId,
          this.#tenant
        )
      )
      .filter(row => this.#passes(row))
      .map(toPlace)
      .sort(comparePlaces)
  }

  /** Those of these clients that the query leaves, in any order. */
  of(clients: readonly number[]): Place[] {
    return this.#database
      .all(
        `SELECT pk, id, name_key, status, connection_id FROM (SELECT value FROM json_each(?))
          CROSS JOIN clients ON pk = value`,
        JSON.stringify(clients)
      )
      .filter(row => this.#passes(row))
      .map(toPlace)
  }

  #passes(row: Row): boolean {
    const { status, connectionId } = this.#query
    return (status ?? row.status) === row.status && (connectionId ?? row.connection_id) === row.connection_id
  }
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

function toPlace(row: Row): Place {
  return { pk: row.pk, nameKey: row.name_key, id: row.id }
}

export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.nameKey, b.nameKey) || compareText(a.id, b.id)
}

export function isAfter(place: Place, [nameKey, id]: After): boolean {
  return (compareText(place.nameKey, nameKey) || compareText(place.id, id)) > 0
}
