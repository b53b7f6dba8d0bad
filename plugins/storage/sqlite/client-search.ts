import { matchesWords } from '../../entities/name-key.ts'
import type { ClientQuery } from '../port.ts'
import { HEAD_LENGTH } from './client-index.ts'
import type { Database, Row } from './database.ts'
import { compareText, head } from './text-order.ts'

/** A client's place in lists. */
export interface Place {
  readonly pk: number
  readonly nameKey: string
  readonly id: string
}

/** Exclusive start of a page: nameKey and id. */
export type After = readonly [string, string]

/** Up to so many clients with a word are collected and sorted; a commoner word is looked for along the list. */
const RARE = 10_000

/** Past every word with this prefix: no letter or digit has a larger code point. */
const LAST = '\u{10ffff}'

type Filter = Pick<ClientQuery, 'status' | 'connectionId'>

/**
 * The first places after `after` that have the words, in order, if one of the words is rare enough to be answered
 * from client_words; null: none is, and so many clients match that walking the list finds a page soon.
 */
export function searchRare(
  database: Database,
  tenant: string,
  words: readonly string[],
  filter: Filter,
  after: After,
  limit: number
): Place[] | null {
  const sets: Map<number, string>[] = []
  for (const word of words) {
    const rows = database.all(
      'SELECT client, head FROM client_words WHERE tenant = ? AND word >= ? AND word < ? LIMIT ?',
      tenant,
      word,
      word + LAST,
      RARE + 1
    )
    if (rows.length === 0) return []
    if (rows.length <= RARE) sets.push(new Map(rows.map(row => [row.client, row.head])))
  }
  const [first, ...others] = sets.sort((a, b) => a.size - b.size)
  if (!first) return null
  const from = head(after[0], HEAD_LENGTH)
  const candidates = [...first].filter(
    ([pk, start]) => compareText(start, from) >= 0 && others.every(other => other.has(pk))
  )
  candidates.sort((a, b) => compareText(a[1], b[1]))
  return firstPlaces(database, candidates, words, filter, after, limit)
}

/** `candidates` sorted by the head of their name. Reads them batch by batch until the page is full. */
function firstPlaces(
  database: Database,
  candidates: readonly (readonly [number, string])[],
  words: readonly string[],
  filter: Filter,
  after: After,
  limit: number
): Place[] {
  const places: Place[] = []
  for (let from = 0, to = 0; from < candidates.length && places.length < limit; from = to) {
    to = Math.min(from + limit, candidates.length)
    // The same head may hide different names: what belongs together is sorted together.
    while (to < candidates.length && candidates[to]![1] === candidates[to - 1]![1]) to++
    const found = database
      .all(
        `SELECT pk, id, name_key, status, connection_id FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON pk = value`,
        JSON.stringify(candidates.slice(from, to).map(([pk]) => pk))
      )
      .filter(row => passes(row, filter) && isAfter(row, after) && matchesWords(row.name_key, words))
      .map(toPlace)
    places.push(...found.sort(comparePlaces))
  }
  return places.slice(0, limit)
}

export function passes(row: Row, { status, connectionId }: Filter): boolean {
  return (status ?? row.status) === row.status && (connectionId ?? row.connection_id) === row.connection_id
}

export function isAfter(row: Row, [nameKey, id]: After): boolean {
  return (compareText(row.name_key, nameKey) || compareText(row.id, id)) > 0
}

export function toPlace(row: Row): Place {
  return { pk: row.pk, nameKey: row.name_key, id: row.id }
}

export function comparePlaces(a: Place, b: Place): number {
  return compareText(a.nameKey, b.nameKey) || compareText(a.id, b.id)
}
