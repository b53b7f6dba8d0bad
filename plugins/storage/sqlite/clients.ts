import type { ClientStore, Lease } from '../port.ts'
import { listAgreements } from './agreement-lists.ts'
import { listClients } from './client-lists.ts'
import { activeInRange, clientsOfInstallation } from './client-parts.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { type RowWrite, toRowWrite, writeClients } from './client-writes.ts'
import type { Database } from './database.ts'

export function clientStore(database: Database): ClientStore {
  return {
    load: (connectionId, externalIds) =>
      database.read(() =>
        database
          .all(
            `SELECT ${RECORD_COLUMNS} FROM client_owners CROSS JOIN (SELECT DISTINCT value FROM json_each(?))
              CROSS JOIN clients USING (owner) WHERE connection_id = ? AND external_id = value`,
            JSON.stringify(externalIds),
            connectionId
          )
          .map(toRecord)
      ),

    write: (lease, writes) => writeRows(database, lease, writes.map(toRowWrite)),

    activeInRange: (installationId, after, through, limit) =>
      database.read(() => activeInRange(database, installationId, after, through, limit)),

    counts: installationId =>
      database.read(() => {
        const counts = { active: 0, inactive: 0, gone: 0 }
        for (const row of database.all(
          'SELECT status, count FROM part_counts WHERE installation_id = ?',
          installationId
        )) {
          counts[row.status as keyof typeof counts] = row.count
        }
        return counts
      }),

    listOfInstallation: (installationId, limit) =>
      database.read(() => clientsOfInstallation(database, installationId, limit).map(toRecord)),

    get: (tenant, id) =>
      database.read(() => {
        const row = database.one(
          `SELECT ${RECORD_COLUMNS} FROM clients CROSS JOIN client_owners USING (owner) WHERE id = ? AND tenant = ?`,
          id,
          tenant
        )
        return row ? toRecord(row) : null
      }),

    list: (tenant, query, page) => database.read(() => listClients(database, tenant, query, page)),

    listAgreements: (tenant, query, page) => database.read(() => listAgreements(database, tenant, query, page))
  }
}

/** ClientStore.write of records that are rows already. */
export function writeRows(database: Database, lease: Lease, writes: readonly RowWrite[]): Promise<string[]> {
  return database.writeFenced(lease, () => writeClients(database, lease, writes))
}
