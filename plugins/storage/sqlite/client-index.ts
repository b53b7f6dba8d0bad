/**
 * The tables beside `clients` that answer "which parts" and "which names": collected over a page of writes and
 * written once at its end, in key order, which costs a fraction of a statement for each client.
 */
import { wordsOf } from '../../entities/name-key.ts'
import type { ClientRecord } from '../port.ts'
import type { PartState } from './client-row.ts'
import type { Database } from './database.ts'
import { head } from './text-order.ts'

/** Characters of the name kept beside each word, so that few clients are read to find a page's first names. */
export const HEAD_LENGTH = 24

export class ClientIndex {
  readonly #database: Database
  readonly #addedWords: [string, string, number, string][] = []
  readonly #removedWords: [string, string, number][] = []
  readonly #addedParts: [string, string, string, number, string][] = []
  readonly #removedParts: [string, string, string, number][] = []
  readonly #counts = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  addName(pk: number, tenant: string, nameKey: string): void {
    const start = head(nameKey, HEAD_LENGTH)
    for (const word of wordsOf(nameKey)) this.#addedWords.push([tenant, word, pk, start])
  }

  removeName(pk: number, tenant: string, nameKey: string): void {
    for (const word of wordsOf(nameKey)) this.#removedWords.push([tenant, word, pk])
  }

  addParts(pk: number, record: ClientRecord, states: readonly PartState[]): void {
    for (const [installation, status] of states) {
      this.#addedParts.push([installation, status, record.sortKey, pk, record.externalId])
      this.#count(installation, status, 1)
    }
  }

  removeParts(pk: number, sortKey: string, states: readonly PartState[]): void {
    for (const [installation, status] of states) {
      this.#removedParts.push([installation, status, sortKey, pk])
      this.#count(installation, status, -1)
    }
  }

  #count(installation: string, status: string, by: number): void {
    const key = JSON.stringify([installation, status])
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + by)
  }

  /** Removals first: a changed client's old and new rows may have the same key. */
  flush(): void {
    this.#each(
      `DELETE FROM client_words WHERE (tenant, word, client) IN
        (SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(?))`,
      this.#removedWords
    )
    this.#each(
      `DELETE FROM client_parts WHERE (installation_id, status, sort_key, client) IN
        (SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?))`,
      this.#removedParts
    )
    this.#each(
      `INSERT INTO client_words (tenant, word, client, head)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3 FROM json_each(?) ORDER BY 1, 2, 3`,
      this.#addedWords
    )
    this.#each(
      `INSERT INTO client_parts (installation_id, status, sort_key, client, external_id)
        SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4 FROM json_each(?) ORDER BY 1, 2, 3, 4`,
      this.#addedParts
    )
    for (const [key, by] of this.#counts) {
      const [installation, status] = JSON.parse(key)
      if (by === 0) continue
      this.#database.run(
        `INSERT INTO part_counts (installation_id, status, count) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count`,
        installation,
        status,
        by
      )
      this.#database.run(
        'DELETE FROM part_counts WHERE installation_id = ? AND status = ? AND count = 0',
        installation,
        status
      )
    }
    this.#counts.clear()
  }

  #each(text: string, rows: unknown[]): void {
    if (rows.length) this.#database.run(text, JSON.stringify(rows.splice(0)))
  }
}
