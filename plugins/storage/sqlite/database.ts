import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { errors } from '../../errors.ts'
import { Cursors } from '../cursor.ts'
import type { Lease } from '../port.ts'

/** What a statement takes and gives back. */
export type Value = string | number | null
export type Row = Record<string, any>

/**
 * A bound for where there is none: sorts behind every id and key. Of `? IS NULL OR key < ?` an index knows no bound, and
 * reads on to its end.
 */
export const BEHIND_ALL = '\u{10ffff}'

/** SQLite's result codes that mean a mistake in a statement, not a store that fails: SQLITE_ERROR, CONSTRAINT, MISMATCH, MISUSE, RANGE. */
const mistakes = new Set([1, 19, 20, 21, 25])

/** SQLite's result codes that tell an operator what to do. */
const codeNames: ReadonlyMap<number, string> = new Map([
  [5, 'SQLITE_BUSY'],
  [6, 'SQLITE_LOCKED'],
  [8, 'SQLITE_READONLY'],
  [10, 'SQLITE_IOERR'],
  [11, 'SQLITE_CORRUPT'],
  [13, 'SQLITE_FULL'],
  [14, 'SQLITE_CANTOPEN'],
  [26, 'SQLITE_NOTADB']
])

/** What a row weighs in a page: the characters of its texts. */
export function weightOf(row: Row): number {
  let weight = 0
  for (const name in row) if (typeof row[name] === 'string') weight += row[name].length
  return weight
}

/** One connection to the file, with its statements kept; shared by all sections of the store. */
export class Database {
  readonly #sqlite: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  #cursors: Cursors | undefined
  /** Told when something was erased that must not stay in the file; its copies in the log and the words are its matter. */
  onErased: () => void = () => {}

  constructor(sqlite: DatabaseSync) {
    this.#sqlite = sqlite
  }

  #prepared(text: string): StatementSync {
    let statement = this.#statements.get(text)
    if (!statement) {
      statement = this.#sqlite.prepare(text)
      this.#statements.set(text, statement)
    }
    return statement
  }

  run(text: string, ...values: Value[]): { changes: number; rowId: number } {
    const { changes, lastInsertRowid } = this.#prepared(text).run(...values)
    return { changes: Number(changes), rowId: Number(lastInsertRowid) }
  }

  one(text: string, ...values: Value[]): Row | undefined {
    return this.#prepared(text).get(...values)
  }

  all(text: string, ...values: Value[]): Row[] {
    return this.#prepared(text).all(...values)
  }

  /** Row by row, inside `read` or `write`: who stops has the rest not read. Not while the same text is stepped through. */
  each(text: string, ...values: Value[]): Iterable<Row> {
    return this.#prepared(text).iterate(...values)
  }

  get cursors(): Cursors {
    this.#cursors ??= new Cursors(this.one('SELECT key FROM cursor_keys')!.key)
    return this.#cursors
  }

  /** The store's clock, that of the machine the file lives on; milliseconds since 1970. */
  now(): number {
    return this.one("SELECT CAST(round(unixepoch('subsec') * 1000) AS INTEGER) AS now")!.now
  }

  /** Runs `work`, which is synchronous, and turns failures of the store into HOST_ERR_STORE_UNAVAILABLE. */
  async translated<T>(work: () => T): Promise<T> {
    if (!this.#sqlite.isOpen) throw new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: new Error('The store is closed') })
    try {
      return work()
    } catch (error) {
      throw translate(error)
    }
  }

  /** Like translated, of one state of the file, whatever other connections write meanwhile. */
  read<T>(work: () => T): Promise<T> {
    return this.translated(() => {
      this.run('BEGIN')
      try {
        return work()
      } finally {
        if (this.#sqlite.isTransaction) this.run('ROLLBACK')
      }
    })
  }

  /** Like translated, in one transaction that holds the write lock from its start: all of it or nothing. */
  write<T>(work: () => T): Promise<T> {
    return this.translated(() => {
      this.run('BEGIN IMMEDIATE')
      try {
        const result = work()
        this.run('COMMIT')
        return result
      } catch (error) {
        // A full disk may have rolled back already.
        if (this.#sqlite.isTransaction) this.run('ROLLBACK')
        throw error
      }
    })
  }

  /** A write of a run: inside the transaction that this checks first, no newer lease can be given out. */
  writeFenced<T>(lease: Lease, work: () => T): Promise<T> {
    return this.write(() => {
      const held = this.one(
        'SELECT token FROM installations WHERE id = ? AND tenant = ?',
        lease.installationId,
        lease.tenant
      )
      if (held?.token !== lease.token) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
      return work()
    })
  }

  /** After the transaction that erased. */
  erased(): void {
    this.onErased()
  }

  close(): void {
    if (!this.#sqlite.isOpen) return
    this.#statements.clear()
    this.#sqlite.close()
  }
}

function translate(error: unknown): unknown {
  const code = (error as { errcode?: unknown }).errcode
  if (typeof code !== 'number' || mistakes.has(code & 0xff)) return error
  // Of a cause the log tells the code alone, and Node's own is the same for all.
  Object.assign(error as Error, { code: codeNames.get(code & 0xff) ?? `SQLITE_${code & 0xff}` })
  return new errors.HOST_ERR_STORE_UNAVAILABLE({ cause: error })
}
