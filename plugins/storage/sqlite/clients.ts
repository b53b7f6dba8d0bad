import type { ClientStore } from '../port.ts'
import { listAgreements } from './agreement-lists.ts'
import { eraseClient } from './client-erasure.ts'
import { countClients, listClients } from './client-lists.ts'
import { activeInRange, activeRecords, clientsOfInstallation, loadParts } from './client-parts.ts'
import { BY_EXTERNAL_IDS, RECORD_COLUMNS, toRecord } from './client-row.ts'
import type { Database } from './database.ts'
import { toPageRows, writePage } from './page-writes.ts'

export function clientStore(database: Database): ClientStore {
  return {
    load: (connectionId, externalIds) =>
      database.read(() =>
        database
          .all(`SELECT ${RECORD_COLUMNS} ${BY_EXTERNAL_IDS}`, JSON.stringify(externalIds), connectionId)
          .map(toRecord)
      ),

    loadParts: (connectionId, installationId, externalIds) =>
      database.read(() => loadParts(database, connectionId, installationId, externalIds)),

    write: (lease, page) => writePage(database, lease, toPageRows(page)),

    activeInRange: (installationId, after, through, limit) =>
      database.read(() => activeInRange(database, installationId, after, through, limit)),

    activeRecords: (installationId, after, limit) =>
      database.read(() => activeRecords(database, installationId, after, limit)),

    changingBy: (installationId, day, limit) =>
      database.read(() =>
        database
          .all(
            'SELECT external_id FROM changing WHERE installation_id = ? AND day <= ? ORDER BY day, external_id LIMIT ?',
            installationId,
            day,
            limit
          )
          .map(row => row.external_id)
      ),

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
      database.read(() => clientsOfInstallation(database, installationId, limit)),

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

    total: (tenant, filter) => database.read(() => countClients(database, tenant, filter)),

    listAgreements: (tenant, query, page) => database.read(() => listAgreements(database, tenant, query, page)),

    tryErase: async (tenant, id, rev) => {
      const erased = await database.write(() => eraseClient(database, tenant, id, rev))
      if (erased) database.erased()
      return erased
    }
  }
}
