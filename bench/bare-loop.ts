/** The least that any program must do to have the same records: what the host's speed is compared with. */
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Agent } from 'undici'
import { inFlight } from './bench-host.ts'
import type { RecordedRequest } from './recorded-requests.ts'

/** Asks every request once, so many at a time, and hands each parsed answer to `take`. */
export async function fetchAll(
  origin: string,
  requests: readonly RecordedRequest[],
  take: (body: any) => void
): Promise<void> {
  const agent = new Agent({ keepAliveTimeout: 60_000 })
  let next = 0
  const worker = async () => {
    while (next < requests.length) {
      const { method, path, headers, body } = requests[next++]!
      const answer = await agent.request({
        origin,
        path,
        method: method as 'GET',
        headers,
        ...(body === undefined ? {} : { body })
      })
      take(JSON.parse(await answer.body.text()))
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
  await agent.close()
}

/** A file with the host's own settings and one table; each page is one transaction. */
export function openBareStore(folder: string): { upsert(records: readonly { id: number }[]): void; close(): void } {
  const sqlite = new DatabaseSync(join(folder, 'bare.db'))
  sqlite.exec('PRAGMA page_size = 8192')
  sqlite.exec('PRAGMA journal_mode = WAL')
  sqlite.exec('PRAGMA synchronous = FULL')
  sqlite.exec('CREATE TABLE records (id TEXT PRIMARY KEY, hash TEXT NOT NULL, body TEXT NOT NULL) STRICT')
  const statement = sqlite.prepare(
    `INSERT INTO records (id, hash, body) VALUES (?, ?, ?)
      ON CONFLICT DO UPDATE SET hash = excluded.hash, body = excluded.body WHERE hash <> excluded.hash`
  )
  return {
    upsert(records) {
      sqlite.exec('BEGIN IMMEDIATE')
      for (const record of records) {
        const body = JSON.stringify(record)
        statement.run(String(record.id), hash('sha256', body, 'base64'), body)
      }
      sqlite.exec('COMMIT')
    },
    close: () => sqlite.close()
  }
}
