import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { errors } from '../../errors.ts'
import type { Store } from '../port.ts'
import { Database } from './database.ts'
import { identityOf, openFile } from './file.ts'
import { migrate } from './schema.ts'
import { sectionsOf } from './sections.ts'
import { overThreads } from './threads.ts'
import { Writer } from './writer.ts'

export interface SqliteOptions {
  /** `file:/absolute/path.db`, `file:relative.db` (to the working directory) or `:memory:`. */
  readonly url: string
}

/** Makes the folder and the file (0600) if they are missing, and brings the schema up to date. */
export async function openSqliteStore({ url }: SqliteOptions): Promise<Store> {
  const path = pathOf(url)
  if (path !== null) return fileStore(path)
  const database = new Database(openMemory())
  return { kind: 'sqlite', ...sectionsOf(database), close: async () => database.close() }
}

/** Reads beside the thread that writes; an answered write is committed, so every later read sees it. */
function fileStore(path: string): Store {
  const sqlite = openFile(path)
  sqlite.exec('PRAGMA query_only = ON')
  const reader = new Database(sqlite)
  const writer = new Writer({ path, identity: identityOf(path) })
  return {
    kind: 'sqlite',
    ...overThreads(sectionsOf(reader), writer),
    async close() {
      await writer.close()
      // The last connection to close takes the write-ahead log away.
      reader.close()
    }
  }
}

/** Of the file that the URL names; null: in memory. */
export function pathOf(url: string): string | null {
  if (url === ':memory:') return null
  if (!url.startsWith('file:')) throw new errors.HOST_ERR_STORE_OPEN(`"${url}" is neither file:… nor :memory:.`)
  return url.startsWith('file://') ? fileURLToPath(url) : resolve(decodeURIComponent(url.slice('file:'.length)))
}

function openMemory(): DatabaseSync {
  const sqlite = new DatabaseSync(':memory:')
  migrate(sqlite)
  return sqlite
}
