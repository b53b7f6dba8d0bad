import { ClientIndex } from './client-index.ts'
import { purgeNames } from './client-names.ts'
import { dropOwnerWithoutClients } from './client-owners.ts'
import { statusOf } from './client-row.ts'
import { removeClient, STORED } from './client-writes.ts'
import type { Database } from './database.ts'
import { removeHistoryOf } from './history.ts'

/** Inside a transaction, see ClientStore.tryErase. */
export function eraseClient(database: Database, tenant: string, id: string, rev: number): boolean {
  const stored = database.one(
    `SELECT ${STORED}, connection_id FROM clients CROSS JOIN client_owners USING (owner) WHERE id = ? AND tenant = ?`,
    id,
    tenant
  )
  if (stored?.rev !== rev || statusOf(stored.status) !== 'gone') return false
  const { connection_id: connectionId, external_id: externalId } = stored
  const ofConnection = 'installation_id IN (SELECT id FROM installations WHERE connection_id = ? AND tenant = ?)'
  database.run(`DELETE FROM losses WHERE external_id = ? AND ${ofConnection}`, externalId, connectionId, tenant)
  removeHistoryOf(database, id)
  database.run(`DELETE FROM seen WHERE key = ? AND ${ofConnection}`, externalId, connectionId, tenant)
  const index = new ClientIndex(database)
  removeClient(database, index, stored)
  index.flush()
  dropOwnerWithoutClients(database, { tenant, connectionId })
  purgeNames(database)
  return true
}
