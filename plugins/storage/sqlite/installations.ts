import { decodeCursor, toListing } from '../cursor.ts'
import type { Installation, InstallationChange, InstallationStore } from '../port.ts'
import { purgeNames } from './client-names.ts'
import type { Database, Row, Value } from './database.ts'

export function installationStore(database: Database): InstallationStore {
  const get = (tenant: string, id: string): Installation | null => {
    const row = database.one('SELECT * FROM installations WHERE id = ? AND tenant = ?', id, tenant)
    return row ? toInstallation(row) : null
  }

  return {
    tryInsert: ({ id, tenant, connector, connectionId, syncType, schedule, settings, createdAt }) =>
      database.write(() => {
        const now = database.now()
        const { changes } = database.run(
          `INSERT OR IGNORE INTO installations
            (id, tenant, connector, connection_id, sync_type, wanted, schedule, settings, failures, due_at,
              compare_due_at, token, rev, created_at, updated_at)
            VALUES (?, ?, ?, ?, ?, 'running', ?, ?, 0, ?, ?, 0, 1, ?, ?)`,
          id,
          tenant,
          connector,
          connectionId,
          syncType,
          JSON.stringify(schedule),
          JSON.stringify(settings),
          now,
          now + schedule.compareEveryMs,
          createdAt,
          createdAt
        )
        return changes === 1
      }),

    get: (tenant, id) => database.read(() => get(tenant, id)),

    list: (tenant, { connector, connectionId }, { limit, cursor }) =>
      database.read(() => {
        const [createdAt, afterId] = decodeCursor('installations', cursor, 2) ?? ['', '']
        const rows = database.all(
          `SELECT * FROM installations WHERE tenant = ?1 AND (created_at, id) > (?2, ?3)
            AND (?4 IS NULL OR connector = ?4) AND (?5 IS NULL OR connection_id = ?5)
            ORDER BY created_at, id LIMIT ?6`,
          tenant,
          createdAt!,
          afterId!,
          connector ?? null,
          connectionId ?? null,
          limit + 1
        )
        return toListing('installations', rows.map(toInstallation), limit, item => [item.createdAt, item.id])
      }),

    tryUpdate: (tenant, id, rev, change) =>
      database.write(() => {
        if (get(tenant, id)?.rev !== rev) return null
        const columns = toColumns(change, database.now())
        if (change.fence) Object.assign(columns, { lease_until: null })
        const fence = change.fence ? ', token = token + 1' : ''
        updateColumns(database, id, columns, `, rev = rev + 1${fence}`)
        return get(tenant, id)
      }),

    remove: (tenant, id) =>
      database.write(() => {
        if (!get(tenant, id)) return
        database.run('DELETE FROM rejects WHERE installation_id = ?', id)
        database.run('DELETE FROM staged WHERE installation_id = ?', id)
        database.run('DELETE FROM runs WHERE installation_id = ?', id)
        database.run('DELETE FROM installations WHERE id = ?', id)
        // Its clients are gone before.
        purgeNames(database)
      })
  }
}

function toColumns(change: InstallationChange, now: number): Record<string, Value> {
  const columns: Record<string, Value> = { updated_at: new Date(now).toISOString() }
  if (change.wanted !== undefined) columns.wanted = change.wanted
  for (const field of ['schedule', 'settings', 'attention', 'approval', 'checkpoint', 'pass', 'requested'] as const) {
    if (change[field] !== undefined) columns[field] = toJson(change[field])
  }
  if (change.failures !== undefined) columns.failures = change.failures
  if (change.dueInMs !== undefined) columns.due_at = change.dueInMs === null ? null : now + change.dueInMs
  if (change.compareDueInMs !== undefined) columns.compare_due_at = now + change.compareDueInMs
  return columns
}

/** Column names come from this folder alone, never from input. `more` are further assignments. */
export function updateColumns(database: Database, id: string, columns: Record<string, Value>, more = ''): void {
  const names = Object.keys(columns)
  const assignments = names.map(name => `${name} = ?`).join(', ')
  database.run(`UPDATE installations SET ${assignments}${more} WHERE id = ?`, ...Object.values(columns), id)
}

/** null stays SQL's null. */
export function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

function fromJson(text: string | null): any {
  return text === null ? null : JSON.parse(text)
}

export function toInstallation(row: Row): Installation {
  return {
    id: row.id,
    tenant: row.tenant,
    connector: row.connector,
    connectionId: row.connection_id,
    syncType: row.sync_type,
    wanted: row.wanted,
    attention: fromJson(row.attention),
    approval: fromJson(row.approval),
    schedule: JSON.parse(row.schedule),
    settings: JSON.parse(row.settings),
    checkpoint: fromJson(row.checkpoint),
    pass: fromJson(row.pass),
    requested: fromJson(row.requested),
    currentRunId: row.current_run_id,
    lastRunId: row.last_run_id,
    lastPass: fromJson(row.last_pass),
    failures: row.failures,
    dueAt: row.due_at,
    compareDueAt: row.compare_due_at,
    token: row.token,
    leaseOwner: row.lease_owner,
    leaseUntil: row.lease_until,
    rev: row.rev,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  }
}
