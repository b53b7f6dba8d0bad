/** What stands beside `clients`, the words of names and the counts of parts: collected over a page of writes and written at its end. */
import { changeNames, type NameRow } from './client-names.ts'
import type { PartState } from './client-row.ts'
import type { Database } from './database.ts'

export class ClientIndex {
  readonly #database: Database
  #addedNames: NameRow[] = []
  #removedNames: NameRow[] = []
  readonly #counts = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  addName(row: NameRow): void {
    this.#addedNames.push(row)
  }

  removeName(row: NameRow): void {
    this.#removedNames.push(row)
  }

  /** `partStates`: of a client that gets them (1) or had them (-1). */
  countParts(partStates: string, by: 1 | -1): void {
    this.#counts.set(partStates, (this.#counts.get(partStates) ?? 0) + by)
  }

  flush(): void {
    changeNames(this.#database, this.#addedNames, this.#removedNames)
    this.#addedNames = []
    this.#removedNames = []
    for (const [partStates, by] of this.#counts) {
      if (by === 0) continue
      for (const [installation, status] of JSON.parse(partStates) as PartState[]) {
        this.#database.run(
          `INSERT INTO part_counts (installation_id, status, count) VALUES (?, ?, ?)
            ON CONFLICT DO UPDATE SET count = count + excluded.count`,
          installation,
          status,
          by
        )
      }
    }
    this.#counts.clear()
    this.#database.run('DELETE FROM part_counts WHERE count = 0')
  }
}
