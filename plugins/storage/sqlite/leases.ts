import type { Claim, LeaseStore, Outcome } from '../port.ts'
import type { Database, Row, Value } from './database.ts'
import { toInstallation, toJson, updateColumns } from './installations.ts'

const FREE = "wanted = 'running' AND due_at IS NOT NULL AND (lease_until IS NULL OR lease_until <= ?)"

export function leaseStore(database: Database): LeaseStore {
  const claim = (row: Row, owner: string, until: number): Claim => {
    const token = row.token + 1
    updateColumns(database, row.id, { token, lease_owner: owner, lease_until: until })
    const installation = { ...toInstallation(row), token, leaseOwner: owner, leaseUntil: until }
    const { tenant, connectionId, id: installationId } = installation
    return {
      lease: { tenant, connectionId, installationId, owner, token },
      installation,
      takenOver: row.lease_owner !== null
    }
  }

  return {
    claimDue: (owner, limit, ttlMs) =>
      database.write(() => {
        const now = database.now()
        return database
          .all(`SELECT * FROM installations WHERE ${FREE} AND due_at <= ? ORDER BY due_at, id LIMIT ?`, now, now, limit)
          .map(row => claim(row, owner, now + ttlMs))
      }),

    tryRenew: (lease, ttlMs) =>
      database.write(
        () =>
          database.run(
            'UPDATE installations SET lease_until = ? WHERE id = ? AND tenant = ? AND token = ? AND lease_owner = ?',
            database.now() + ttlMs,
            lease.installationId,
            lease.tenant,
            lease.token,
            lease.owner
          ).changes === 1
      ),

    commit: (lease, { pass, currentRunId, takeRequest }) =>
      database.writeFenced(lease, () => {
        const columns: Record<string, Value> = {}
        if (pass !== undefined) columns.pass = toJson(pass)
        if (currentRunId !== undefined) columns.current_run_id = currentRunId
        if (Object.keys(columns).length) updateColumns(database, lease.installationId, columns)
        // Another request may have come since this one was read.
        if (takeRequest !== undefined) {
          database.run(
            "UPDATE installations SET requested = NULL WHERE id = ? AND requested ->> '$.runId' = ?",
            lease.installationId,
            takeRequest
          )
        }
      }),

    tryRelease: (lease, outcome) =>
      database.write(() => {
        const row = database.one(
          'SELECT requested FROM installations WHERE id = ? AND tenant = ? AND token = ?',
          lease.installationId,
          lease.tenant,
          lease.token
        )
        if (!row) return false
        updateColumns(database, lease.installationId, toColumns(outcome, row.requested !== null, database.now()))
        return true
      }),

    nextDueInMs: () =>
      database.read(() => {
        const now = database.now()
        const row = database.one(`SELECT due_at FROM installations WHERE ${FREE} ORDER BY due_at LIMIT 1`, now)
        return row ? Math.max(0, row.due_at - now) : null
      }),

    countDue: limit =>
      database.read(() => {
        const now = database.now()
        const sql = `SELECT count(*) AS due FROM (SELECT 1 FROM installations WHERE ${FREE} AND due_at <= ? LIMIT ?)`
        return database.one(sql, now, now, limit)!.due
      })
  }
}

function toColumns(outcome: Outcome, waiting: boolean, now: number): Record<string, Value> {
  const { dueInMs } = outcome
  const columns: Record<string, Value> = {
    lease_owner: null,
    lease_until: null,
    failures: outcome.failures,
    due_at: dueInMs === null ? null : waiting ? now : now + dueInMs
  }
  if (outcome.compareDueInMs !== undefined) columns.compare_due_at = now + outcome.compareDueInMs
  for (const field of ['checkpoint', 'pass', 'attention', 'approval'] as const) {
    if (outcome[field] !== undefined) columns[field] = toJson(outcome[field])
  }
  if (outcome.lastPass !== undefined) columns.last_pass = toJson(outcome.lastPass)
  if (outcome.lastRunId !== undefined) columns.last_run_id = outcome.lastRunId
  if (outcome.currentRunId !== undefined) columns.current_run_id = outcome.currentRunId
  return columns
}
