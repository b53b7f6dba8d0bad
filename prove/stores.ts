import { MongoClient } from 'mongodb'
import type { ProveOptions } from './promise.ts'

export interface ProvedStore {
  readonly name: 'SQLite' | 'MongoDB'
  /** undefined: a SQLite file in the ground's own folder. */
  readonly storageUrl: string | undefined
  /** Takes away what was made for it. */
  drop(): Promise<void>
}

let serial = 0

/** SQLite, and MongoDB where a server is named: each with a database of its own. */
export function storesOf({ mongoUrl }: ProveOptions): ProvedStore[] {
  const sqlite: ProvedStore = { name: 'SQLite', storageUrl: undefined, drop: async () => {} }
  if (mongoUrl === undefined) return [sqlite]
  const url = new URL(mongoUrl)
  url.pathname = `/prove_${process.pid}_${Date.now().toString(36)}_${serial++}`
  const mongodb: ProvedStore = {
    name: 'MongoDB',
    storageUrl: url.href,
    async drop() {
      const client = new MongoClient(url.href)
      await client.db().dropDatabase()
      await client.close()
    }
  }
  return [sqlite, mongodb]
}
