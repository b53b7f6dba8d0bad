/**
 * The tables beside `clients` that answer "which parts" and "which names": collected over a page of writes and
 * written at its end, in key order.
 */
import { wordsOf } from '../../entities/name-key.ts'
import type { ClientRecord } from '../port.ts'
import type { PartState } from './client-row.ts'
import type { Database } from './database.ts'
import { head } from './text-order.ts'

/** Characters of the name kept beside each word, so that few clients are read to find a page's first names. */
export const HEAD_LENGTH = 24

type WordRow = readonly [tenant: string, word: string, client: number, head: string]
type PartRow = readonly [installation: string, status: string, sortKey: string, client: number, externalId: string]

/** Rows that one statement inserts: the call costs more than a row of it. */
const ROWS_TOGETHER = 32

export class ClientIndex {
  readonly #database: Database
  readonly #addedWords: WordRow[] = []
  readonly #addedParts: PartRow[] = []
  readonly #counts = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  addName(pk: number, tenant: string, nameKey: string): void {
    const start = head(nameKey, HEAD_LENGTH)
    for (const word of indexedWordsOf(nameKey)) this.#addedWords.push([tenant, word, pk, start])
  }

  removeName(pk: number, tenant: string, nameKey: string): void {
    for (const word of indexedWordsOf(nameKey)) {
      this.#database.run('DELETE FROM client_words WHERE tenant = ? AND word = ? AND client = ?', tenant, word, pk)
    }
  }

  addParts(pk: number, record: Pick<ClientRecord, 'sortKey' | 'externalId'>, states: readonly PartState[]): void {
    for (const [installation, status] of states) {
      this.#addedParts.push([installation, status, record.sortKey, pk, record.externalId])
      this.#count(installation, status, 1)
    }
  }

  removeParts(pk: number, sortKey: string, states: readonly PartState[]): void {
    for (const [installation, status] of states) {
      this.#database.run(
        'DELETE FROM client_parts WHERE installation_id = ? AND status = ? AND sort_key = ? AND client = ?',
        installation,
        status,
        sortKey,
        pk
      )
      this.#count(installation, status, -1)
    }
  }

  #count(installation: string, status: string, by: number): void {
    const key = `${status} ${installation}`
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by)
  }

  flush(): void {
    // Neighbours in the table go in one behind the other.
    this.#insert('INSERT INTO client_words (tenant, word, client, head) VALUES', this.#addedWords.sort(byKey))
    this.#insert(
      'INSERT INTO client_parts (installation_id, status, sort_key, client, external_id) VALUES',
      this.#addedParts
    )
    for (const [key, by] of this.#counts) {
      if (by === 0) continue
      const at = key.indexOf(' ')
      this.#database.run(
        `INSERT INTO part_counts (installation_id, status, count) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count`,
        key.slice(at + 1),
        key.slice(0, at),
        by
      )
    }
    this.#counts.clear()
    this.#database.run('DELETE FROM part_counts WHERE count = 0')
  }

  #insert(into: string, rows: (readonly (string | number)[])[]): void {
    let at = 0
    for (const together of [ROWS_TOGETHER, 1]) {
      const tuple = `(${rows[0]?.map(() => '?').join(', ')})`
      const text = `${into} ${Array(together).fill(tuple).join(', ')}`
      for (; at + together <= rows.length; at += together) {
        this.#database.run(text, ...rows.slice(at, at + together).flat())
      }
    }
    rows.length = 0
  }
}

/** A word that a name begins with is found by the name's own place in the list. */
function indexedWordsOf(nameKey: string): string[] {
  const [first, ...others] = wordsOf(nameKey)
  return first === undefined || nameKey.startsWith(first) ? others : [first, ...others]
}

function byKey(a: WordRow, b: WordRow): number {
  return a[1] < b[1] ? -1 : a[1] > b[1] ? 1 : a[2] - b[2]
}
