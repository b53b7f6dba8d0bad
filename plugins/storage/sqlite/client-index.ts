/** What stands beside `clients`, the words of names, counts and the days of changes: most of it collected over a page of writes and written at its end. */
import { changeNames, type NameRow } from './client-names.ts'
import { type ChangingPart, type PartState, statusNumber } from './client-row.ts'
import type { Database } from './database.ts'

export class ClientIndex {
  readonly #database: Database
  #addedNames: NameRow[] = []
  #removedNames: NameRow[] = []
  readonly #counts = new Map<string, number>()
  /** By owner and status. */
  readonly #clients = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Of a client that is new, or has another name or status than before. */
  addName(row: NameRow): void {
    this.#addedNames.push(row)
    this.#countClient(row, 1)
  }

  removeName(row: NameRow): void {
    this.#removedNames.push(row)
    this.#countClient(row, -1)
  }

  #countClient({ owner, status }: NameRow, by: 1 | -1): void {
    const key = JSON.stringify([owner, statusNumber(status)])
    this.#clients.set(key, (this.#clients.get(key) ?? 0) + by)
  }

  /** `partStates`: of a client that gets them (1) or had them (-1). */
  countParts(partStates: string, by: 1 | -1): void {
    this.#counts.set(partStates, (this.#counts.get(partStates) ?? 0) + by)
  }

  /** Texts of a client's parts that change by themselves, before and after. */
  changeDays(externalId: string, before: string | null, after: string | null): void {
    if (before === after) return
    for (const [installation, day] of toParts(before)) {
      const text = 'DELETE FROM changing WHERE installation_id = ? AND day = ? AND external_id = ?'
      this.#database.run(text, installation, day, externalId)
    }
    for (const [installation, day] of toParts(after)) {
      const text = 'INSERT OR IGNORE INTO changing (installation_id, day, external_id) VALUES (?, ?, ?)'
      this.#database.run(text, installation, day, externalId)
    }
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
    this.#flushClients()
  }

  #flushClients(): void {
    for (const [key, by] of this.#clients) {
      if (by === 0) continue
      const [owner, status] = JSON.parse(key) as [number, number]
      this.#database.run(
        `INSERT INTO client_counts (owner, status, count) VALUES (?, ?, ?)
          ON CONFLICT DO UPDATE SET count = count + excluded.count`,
        owner,
        status,
        by
      )
      if (by < 0) this.#database.run('DELETE FROM client_counts WHERE owner = ? AND count = 0', owner)
    }
    this.#clients.clear()
  }
}

function toParts(text: string | null): ChangingPart[] {
  return text === null ? [] : JSON.parse(text)
}
