import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { errors } from '../../errors.ts'
import type { Store } from '../port.ts'
import { budgetStore } from './budgets.ts'
import { clientStore } from './clients.ts'
import { connectionStore } from './connections.ts'
import { Database } from './database.ts'
import { openFile } from './file.ts'
import { installationStore } from './installations.ts'
import { leaseStore } from './leases.ts'
import { metaStore } from './meta.ts'
import { rejectStore } from './rejects.ts'
import { runStore } from './runs.ts'
import { migrate } from './schema.ts'
import { sweepStore } from './sweeps.ts'
import { transferStore } from './transfer.ts'

export interface SqliteOptions {
  /** `file:/absolute/path.db`, `file:relative.db` (to the working directory) or `:memory:`. */
  readonly url: string
}

/** Makes the folder and the file (0600) if they are missing, and brings the schema up to date. */
export async function openSqliteStore({ url }: SqliteOptions): Promise<Store> {
  const path = pathOf(url)
  const database = new Database(path === null ? openMemory() : openFile(path))
  return {
    kind: 'sqlite',
    connections: connectionStore(database),
    installations: installationStore(database),
    leases: leaseStore(database),
    runs: runStore(database),
    rejects: rejectStore(database),
    clients: clientStore(database),
    sweeps: sweepStore(database),
    budgets: budgetStore(database),
    meta: metaStore(database),
    transfer: transferStore(database),
    async ping() {
      // A statement that changes nothing still takes the write lock.
      await database.write(() => database.one('SELECT value FROM meta LIMIT 1'))
    },
    async close() {
      database.close()
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
