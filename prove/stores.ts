import { MongoClient } from 'mongodb'
import type { ProveOptions } from './promise.ts'

export interface ProvedStore {
  readonly name: 'SQLite' | 'MongoDB'
  /** undefined: a SQLite file in the ground's own folder. */
  readonly storageUrl: string | undefined
  /** The same, with a database of its own. */
  fresh(): ProvedStore
  /** Takes away what was made for it. */
  drop(): Promise<void>
}

let serial = 0

/** SQLite, and MongoDB where a server is named: each with a database of its own. */
export function storesOf({ mongoUrl }: ProveOptions): ProvedStore[] {
  return mongoUrl === undefined ? [sqlite] : [sqlite, mongodb(mongoUrl)]
}

/** Each ground has a folder of its own anyway. */
const sqlite: ProvedStore = {
  name: 'SQLite',
  storageUrl: undefined,
  fresh: () => sqlite,
  drop: async () => {}
}

function mongodb(server: string): ProvedStore {
  const url = new URL(server)
  url.pathname = `/prove_${process.pid}_${Date.now().toString(36)}_${serial++}`
  return {
    name: 'MongoDB',
    storageUrl: url.href,
    fresh: () => mongodb(server),
    async drop() {
      const client = new MongoClient(url.href)
      await client.db().dropDatabase()
      await client.close()
    }
  }
}
