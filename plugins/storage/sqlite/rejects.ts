import { takePage } from '../page-weight.ts'
import type { Lease, RejectStore, StoredReject } from '../port.ts'
import { type Database, type Row, weightOf } from './database.ts'

const PUT = `INSERT INTO rejects (run_id, key, tenant, installation_id, external_id, reason, payload, at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET external_id = excluded.external_id, reason = excluded.reason,
    payload = excluded.payload, at = excluded.at`

export function rejectStore(database: Database): RejectStore {
  return {
    list: (tenant, runId, { limit, cursor }) =>
      database.read(() => {
        const after = database.cursors.decode('rejects', cursor)
        const rows = database.each(
          'SELECT * FROM rejects WHERE run_id = ? AND tenant = ? AND key > ? ORDER BY key LIMIT ?',
          runId,
          tenant,
          after?.[0] ?? '',
          limit + 1
        )
        return database.cursors.listing('rejects', takePage(rows, limit, weightOf, toReject), reject => [reject.key])
      })
  }
}

export function putRejects(database: Database, lease: Lease, rejects: readonly StoredReject[]): void {
  for (const { runId, key, externalId, reason, payload, at } of rejects) {
    database.run(PUT, runId, key, lease.tenant, lease.installationId, externalId, reason, payload, at)
  }
}

function toReject(row: Row): StoredReject {
  const { key, run_id: runId, external_id: externalId, reason, payload, at } = row
  return { key, runId, externalId, reason, payload, at }
}
