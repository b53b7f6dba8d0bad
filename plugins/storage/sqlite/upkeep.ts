/**
 * What an erasure leaves to do, a little at a time between the calls of others: the words of erased clients leave the
 * index of words when its pieces are merged, and the write-ahead log, which may still hold what was erased from the
 * file, is emptied as soon as nobody reads in it.
 */
import type { Database } from './database.ts'

/** Pages of the index that one step merges, about. */
const MERGED = 64
const NEXT_STEP_MS = 20
const TRY_AGAIN_MS = 1000

const MERGE = "INSERT INTO client_names (client_names, rank) VALUES ('merge', ?)"

export class Upkeep {
  readonly #database: Database
  #timer: NodeJS.Timeout | undefined

  constructor(database: Database) {
    this.#database = database
  }

  /** Something was erased. */
  begin(): void {
    this.#step()
  }

  /** With what a process that ended too early has left. */
  goOn(): void {
    if (this.#wordsWait()) this.#step()
  }

  /** Does the rest at once. The log goes with the last connection to the file. */
  end(): void {
    clearTimeout(this.#timer)
    if (!this.#wordsWait()) return
    this.#database.run("INSERT INTO client_names (client_names) VALUES ('optimize')")
    this.#database.run('UPDATE upkeep SET words = 0')
  }

  #step(): void {
    clearTimeout(this.#timer)
    const again = this.#tryAll()
    if (again === null) return
    this.#timer = setTimeout(() => this.#step(), again)
    this.#timer.unref()
  }

  /** When to go on; null: all is done. Busy or full: later. */
  #tryAll(): number | null {
    try {
      // The log first: secrets are in it, and names are in both.
      const emptied = this.#tryEmptyLog()
      if (this.#wordsWait()) {
        this.#merge()
        return NEXT_STEP_MS
      }
      return emptied ? null : TRY_AGAIN_MS
    } catch {
      return TRY_AGAIN_MS
    }
  }

  #wordsWait(): boolean {
    return this.#database.one('SELECT words FROM upkeep')!.words !== 0
  }

  /** The first step asks for all pieces to become one, the others go on with it. */
  #merge(): void {
    this.#database.run('BEGIN IMMEDIATE')
    try {
      const first = this.#database.one('SELECT words FROM upkeep')!.words === 1
      const before = this.#changes()
      this.#database.run(MERGE, first ? -MERGED : MERGED)
      const goesOn = this.#changes() - before >= 2
      this.#database.run('UPDATE upkeep SET words = ?', goesOn ? 2 : 0)
      this.#database.run('COMMIT')
    } catch (error) {
      this.#database.run('ROLLBACK')
      throw error
    }
  }

  #changes(): number {
    return this.#database.one('SELECT total_changes() AS changes')!.changes
  }

  /** Without waiting for readers: what they still need is kept, and the next try goes on from there. */
  #tryEmptyLog(): boolean {
    this.#database.one('PRAGMA busy_timeout = 0')
    try {
      return this.#database.one('PRAGMA wal_checkpoint(TRUNCATE)')!.busy === 0
    } finally {
      this.#database.one('PRAGMA busy_timeout = 5000')
    }
  }
}
