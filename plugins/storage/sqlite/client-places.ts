import type { ClientOrder } from '../client-query.ts'
import type { ClientQuery } from '../port.ts'
import { compareText } from '../text-order.ts'
import { type Candidate, matchNames, type Stretch, type WordForm } from './client-names.ts'
import { ownersOf } from './client-owners.ts'
import { allStatusNumbers, statusNumber } from './client-row.ts'
import type { Database, Row, Value } from './database.ts'

/** What a list is sorted by: name key and id, moment of change and id, or id alone. */
export type Position = readonly string[]

/** A client's place in lists. */
export interface Place {
  readonly pk: number
  readonly position: Position
}

const columns = {
  nameKey: { index: 'clients_by_name', names: ['name_key', 'id'] },
  updatedAt: { index: 'clients_by_change', names: ['updated_at', 'id'] },
  id: { index: 'clients_in_order', names: ['id'] }
} as const

/** A condition and its values. */
type Term = readonly [text: string, ...values: Value[]]

/** The clients of a tenant that a query leaves, without its search, in the order of lists. */
export class Places {
  readonly #database: Database
  readonly #query: ClientQuery
  /** From the end of the order to its beginning. */
  readonly down: boolean
  readonly #index: string
  readonly #names: readonly string[]
  readonly #owners: readonly number[]
  readonly #statuses: readonly number[]

  constructor(database: Database, tenant: string, query: ClientQuery, { by, down }: ClientOrder) {
    this.#database = database
    this.#query = query
    this.down = down
    this.#index = columns[by].index
    this.#names = columns[by].names
    this.#owners = ownersOf(database, tenant, query.connectionId)
    this.#statuses = query.status === undefined ? allStatusNumbers : [statusNumber(query.status)]
  }

  /**
   * The next places: a short stretch of the index for each owner and status, merged. `through`: their end; `parts`:
   * texts that the name key must contain.
   */
  next(after: Position | null, limit: number, through: Position | null = null, parts: readonly string[] = []): Place[] {
    const terms = parts.map((part): Term => ['instr(name_key, ?) > 0', part])
    if (through) terms.unshift(this.#compared('<=', through))
    return this.#stretches(after, terms, limit).slice(0, limit)
  }

  /** The end of a stretch that has at most `size` places for each owner and status; null: the end of the list. */
  endOfStretch(after: Position | null, size: number): Position | null {
    const [end] = this.#stretches(after, [], 1, size - 1)
    return end ? end.position : null
  }

  #stretches(after: Position | null, terms: readonly Term[], limit: number, offset = 0): Place[] {
    const order = this.#names.map(name => `${name} ${this.down ? 'DESC' : 'ASC'}`).join(', ')
    const all = [...this.#bounds(after), ...terms]
    const text = `SELECT pk, ${this.#names.join(', ')} FROM clients INDEXED BY ${this.#index}
      WHERE ${['owner = ?', 'status = ?', ...all.map(([term]) => term)].join(' AND ')}
      ORDER BY ${order} LIMIT ? OFFSET ?`
    const values = all.flatMap(([, ...values]) => values)
    return this.#owners
      .flatMap(owner =>
        this.#statuses.flatMap(status => this.#database.all(text, owner, status, ...values, limit, offset))
      )
      .map(row => this.#toPlace(row))
      .sort(this.#compare)
  }

  /** One beginning and one end: of two beginnings SQLite may take the wider one. */
  #bounds(after: Position | null): Term[] {
    const { changedSince, changedUntil } = this.#query
    const [first, last] = this.down ? [changedUntil, changedSince] : [changedSince, changedUntil]
    const bounds: Term[] = []
    const isBefore = after && first !== undefined && compareText(after[0]!, first) * (this.down ? -1 : 1) < 0
    if (after && !isBefore) bounds.push(this.#compared('>', after))
    else if (first !== undefined) bounds.push([`updated_at ${this.down ? '<=' : '>='} ?`, first])
    if (last !== undefined) bounds.push([`updated_at ${this.down ? '>=' : '<='} ?`, last])
    return bounds
  }

  /** In the direction of the list. */
  #compared(sign: '>' | '<=', position: Position): Term {
    const turned = { '>': '<', '<=': '>=' } as const
    const marks = position.map(() => '?').join(', ')
    return [`(${this.#names.join(', ')}) ${this.down ? turned[sign] : sign} (${marks})`, ...position]
  }

  withExternalId(externalId: string): Place[] {
    return this.#owners
      .flatMap(owner =>
        this.#database.all(
          'SELECT pk, id, name_key, updated_at, status, owner FROM clients WHERE owner = ? AND external_id = ?',
          owner,
          externalId
        )
      )
      .filter(row => this.#passes(row))
      .map(row => this.#toPlace(row))
      .sort(this.#compare)
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
        `SELECT pk, id, name_key, updated_at, status, owner FROM (SELECT value FROM json_each(?))
          CROSS JOIN clients ON pk = value`,
        JSON.stringify(clients)
      )
      .filter(row => this.#passes(row))
      .map(row => this.#toPlace(row))
      .sort(this.#compare)
  }

  #passes({ owner, status, updated_at: updatedAt }: Row): boolean {
    const { changedSince, changedUntil } = this.#query
    return (
      this.#owners.includes(owner) &&
      this.#statuses.includes(status) &&
      (changedSince === undefined || compareText(updatedAt, changedSince) >= 0) &&
      (changedUntil === undefined || compareText(updatedAt, changedUntil) <= 0)
    )
  }

  #toPlace(row: Row): Place {
    return { pk: row.pk, position: this.#names.map(name => row[name]) }
  }

  readonly #compare = (a: Place, b: Place): number => comparePositions(a.position, b.position) * (this.down ? -1 : 1)

  isAfter({ position }: Place, after: Position | null): boolean {
    return after === null || comparePositions(position, after) * (this.down ? -1 : 1) > 0
  }
}

export function comparePositions(a: Position, b: Position): number {
  for (let i = 0; i < a.length; i++) {
    const order = compareText(a[i]!, b[i]!)
    if (order !== 0) return order
  }
  return 0
}
