import type { ClientQuery } from '../port.ts'
import { type Candidate, matchNames, type Stretch, type WordForm } from './client-names.ts'
import { ownersOf } from './client-owners.ts'
import { allStatusNumbers, statusNumber } from './client-row.ts'
import type { Database, Row } from './database.ts'
import { compareText } from './text-order.ts'

/** A client's place in lists. */
export interface Place {
  readonly pk: number
  readonly nameKey: string
  readonly id: string
}

/** Start of a page, exclusive, or end of a stretch, inclusive: nameKey and id. */
export type Position = readonly [string, string]

/** The clients of a tenant that a query leaves, without its search, in the order of lists. */
export class Places {
  readonly #database: Database
  readonly #query: ClientQuery
  readonly #owners: readonly number[]
  readonly #statuses: readonly number[]

  constructor(database: Database, tenant: string, query: ClientQuery) {
    this.#database = database
    this.#query = query
    this.#owners = ownersOf(database, tenant, query.connectionId)
    this.#statuses = query.status === undefined ? allStatusNumbers : [statusNumber(query.status)]
  }

  /**
   * The next places: a short stretch of the index for each owner and status, merged. `through`: their end; `parts`:
   * texts that the name key must contain.
   */
  next(after: Position, limit: number, through: Position | null = null, parts: readonly string[] = []): Place[] {
    return this.#stretches(
      `${through === null ? '' : 'AND (name_key, id) <= (?, ?)'} ${parts.map(() => 'AND instr(name_key, ?) > 0').join(' ')}
        ORDER BY name_key, id LIMIT ?`,
      ...after,
      ...(through ?? []),
      ...parts,
      limit
    ).slice(0, limit)
  }

  /** The end of a stretch that has at most `size` places for each owner and status; null: the end of the list. */
  endOfStretch(after: Position, size: number): Position | null {
    const [end] = this.#stretches('ORDER BY name_key, id LIMIT 1 OFFSET ?', ...after, size - 1)
    return end ? [end.nameKey, end.id] : null
  }

  #stretches(rest: string, ...values: readonly (string | number)[]): Place[] {
    const text = `SELECT pk, name_key, id FROM clients INDEXED BY clients_by_name
      WHERE owner = ? AND status = ? AND (name_key, id) > (?, ?) ${rest}`
    return this.#owners
      .flatMap(owner => this.#statuses.flatMap(status => this.#database.all(text, owner, status, ...values)))
      .map(toPlace)
      .sort(comparePlaces)
  }

  withExternalId(externalId: string): Place[] {
    return this.#owners
      .flatMap(owner =>
        this.#database.all(
          'SELECT pk, id, name_key, status, owner FROM clients WHERE owner = ? AND external_id = ?',
          owner,
          externalId
        )
      )
      .filter(row => this.#passes(row))
      .map(toPlace)
      .sort(comparePlaces)
  }

  /** Those that have all the words, see matchNames. */
  candidates(words: readonly string[], form: WordForm, stretch: Stretch): Candidate[] {
    if (this.#owners.length === 0) return []
    return matchNames(this.#database, this.#owners, words, form, this.#query.status, stretch)
  }

  /** Those of these clients that the query leaves. */
  of(clients: readonly number[]): Place[] {
    return this.#database
      .all(
        `SELECT pk, id, name_key, status, owner FROM (SELECT value FROM json_each(?))
          CROSS JOIN clients ON pk = value`,
        JSON.stringify(clients)
      )
      .filter(row => this.#passes(row))
      .map(toPlace)
      .sort(comparePlaces)
  }

  #passes({ owner, status }: Row): boolean {
    return this.#owners.includes(owner) && this.#statuses.includes(status)
  }
}

function toPlace(row: Row): Place {
  return { pk: row.pk, nameKey: row.name_key, id: row.id }
}

function comparePlaces(a: Place, b: Place): number {
  return compareText(a.nameKey, b.nameKey) || compareText(a.id, b.id)
}

export function isAfter(place: Place, [nameKey, id]: Position): boolean {
  return (compareText(place.nameKey, nameKey) || compareText(place.id, id)) > 0
}
