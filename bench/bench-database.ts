import { randomUUID } from 'node:crypto'
import { type Db, MongoClient } from 'mongodb'

export interface BenchDatabase extends AsyncDisposable {
  /** For STORAGE_URL: the server's with this database's name. */
  readonly url: string
  /** A connection of its own, for what a host is not asked. */
  readonly db: Db
}

/** A database of a name of its own on the server, dropped with the scope. */
export async function openBenchDatabase(server: string): Promise<BenchDatabase> {
  const url = new URL(server)
  url.pathname = `/bench_${randomUUID().slice(0, 8)}`
  const client = await MongoClient.connect(url.href)
  const db = client.db()
  return {
    url: url.href,
    db,
    async [Symbol.asyncDispose]() {
      await db.dropDatabase()
      await client.close()
    }
  }
}
