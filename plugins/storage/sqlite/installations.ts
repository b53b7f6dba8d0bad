import { takePage } from '../page-weight.ts'
import type { Hold, Installation, InstallationChange, InstallationStore, NewInstallation } from '../port.ts'
import { addedUp } from '../waiting.ts'
import { purgeNames } from './client-names.ts'
import { type Database, type Row, type Value, weightOf } from './database.ts'

export function installationStore(database: Database): InstallationStore {
  const get = (tenant: string, id: string): Installation | null => {
    const row = database.one('SELECT * FROM installations WHERE id = ? AND tenant = ?', id, tenant)
    return row ? toInstallation(row) : null
  }

  const isThere = ({ id, connectionId, syncType }: NewInstallation): boolean => {
    const text = 'SELECT 1 FROM installations WHERE id = ? OR (connection_id = ? AND sync_type = ?)'
    return database.one(text, id, connectionId, syncType) !== undefined
  }

  const insert = (installation: NewInstallation): void => {
    const { id, tenant, connector, connectionId, syncType, schedule, settings, resolved, createdAt } = installation
    const now = database.now()
    database.run(
      `INSERT INTO installations
        (id, tenant, connector, connection_id, sync_type, wanted, schedule, settings, resolved, taken, failures,
          pass_failures, due_at, compare_due_at, token, rev, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, 'running', ?, ?, ?, '[]', 0, 0, ?, ?, 0, 1, ?, ?)`,
      id,
      tenant,
      connector,
      connectionId,
      syncType,
      JSON.stringify(schedule),
      JSON.stringify(settings),
      JSON.stringify(resolved),
      now,
      now + schedule.compareEveryMs,
      createdAt,
      createdAt
    )
  }

  return {
    tryInsert: (...installations) =>
      database.write(() => {
        if (installations.some(isThere)) return false
        for (const installation of installations) insert(installation)
        return true
      }),

    get: (tenant, id) => database.read(() => get(tenant, id)),

    list: (tenant, filter, { limit, cursor }) =>
      database.read(() => {
        const [createdAt, afterId] = database.cursors.decode('installations', cursor) ?? ['', '']
        const { text, values } = listed(filter)
        const rows = database.each(
          `SELECT * FROM installations ${text} AND tenant = ? AND (created_at, id) > (?, ?)
            ORDER BY created_at, id LIMIT ?`,
          ...values,
          tenant,
          createdAt!,
          afterId!,
          limit + 1
        )
        const page = takePage(rows, limit, weightOf, toInstallation)
        return database.cursors.listing('installations', page, item => [item.createdAt, item.id])
      }),

    listOf: (tenant, connectionIds) =>
      database.read(() =>
        database
          .all(
            `SELECT installations.* FROM (SELECT DISTINCT value FROM json_each(?))
              CROSS JOIN installations ON connection_id = value WHERE tenant = ? ORDER BY created_at, id`,
            JSON.stringify(connectionIds),
            tenant
          )
          .map(toInstallation)
      ),

    tryUpdate: (tenant, id, rev, change) =>
      database.write(() => {
        const found = get(tenant, id)
        if (found?.rev !== rev) return null
        if (change.hold && found.hold?.revision !== change.hold.revision) return null
        const columns = toColumns(change, database.now())
        if (change.fence) Object.assign(columns, { lease_until: null })
        const fence = change.fence ? ', token = token + 1' : ''
        updateColumns(database, id, columns, `, rev = rev + 1${fence}`)
        return get(tenant, id)
      }),

    remove: async (tenant, id) => {
      const removed = await database.write(() => {
        if (!get(tenant, id)) return false
        for (const table of ['rejects', 'losses', 'history', 'seen', 'changing', 'runs']) {
          database.run(`DELETE FROM ${table} WHERE installation_id = ?`, id)
        }
        database.run('DELETE FROM installations WHERE id = ?', id)
        // Its clients are gone before.
        purgeNames(database)
        return true
      })
      if (removed) database.erased()
    },

    countWaiting: limit =>
      database.read(() => {
        const waiting = (index: string, what: string) =>
          database.all(
            `SELECT hold FROM installations INDEXED BY ${index} WHERE ${what} IS NOT NULL AND wanted = 'running' LIMIT ?`,
            limit
          )
        const holds = waiting('installations_held', 'hold').map(row => fromJson(row.hold) as Hold)
        return addedUp(holds, waiting('installations_misfitted', 'misfits').length)
      })
  }
}

/** One text for each combination, so that each has its index. */
function listed({ connector, connectionId }: { connector?: string; connectionId?: string }) {
  if (connectionId === undefined && connector === undefined) return { text: 'WHERE TRUE', values: [] }
  if (connectionId === undefined) return { text: 'WHERE connector = ?', values: [connector!] }
  const text =
    'INDEXED BY sqlite_autoindex_installations_2 WHERE connection_id = ?1 AND connector = coalesce(?2, connector)'
  return { text, values: [connectionId, connector ?? null] }
}

const asJson = [
  'schedule',
  'settings',
  'resolved',
  'attention',
  'poll',
  'pass',
  'misfits',
  'hold',
  'requested'
] as const

function toColumns(change: InstallationChange, now: number): Record<string, Value> {
  const columns: Record<string, Value> = { updated_at: new Date(now).toISOString() }
  if (change.wanted !== undefined) columns.wanted = change.wanted
  if (change.resettled !== undefined) columns.resettled = change.resettled
  for (const field of asJson) if (change[field] !== undefined) columns[field] = toJson(change[field])
  if (change.failures !== undefined) columns.failures = change.failures
  if (change.passFailures !== undefined) columns.pass_failures = change.passFailures
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

export function fromJson(text: string | null): any {
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
    schedule: JSON.parse(row.schedule),
    settings: JSON.parse(row.settings),
    resolved: JSON.parse(row.resolved),
    resettled: row.resettled,
    poll: fromJson(row.poll),
    pass: fromJson(row.pass),
    misfits: fromJson(row.misfits),
    taken: JSON.parse(row.taken),
    hold: fromJson(row.hold),
    requested: fromJson(row.requested),
    currentRunId: row.current_run_id,
    lastRunId: row.last_run_id,
    lastPass: fromJson(row.last_pass),
    failures: row.failures,
    passFailures: row.pass_failures,
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
