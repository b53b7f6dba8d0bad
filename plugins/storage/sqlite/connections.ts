import { takePage } from '../page-weight.ts'
import type { Connection, ConnectionChange, ConnectionStore } from '../port.ts'
import { type Database, type Row, type Value, weightOf } from './database.ts'
import { fromJson, toJson } from './installations.ts'

export function connectionStore(database: Database): ConnectionStore {
  const get = (tenant: string, id: string): Connection | null =>
    toConnection(database.one('SELECT * FROM connections WHERE id = ? AND tenant = ?', id, tenant))

  /** false: another connection of the tenant has this account, or this id is taken. */
  const put = (connection: Connection): boolean => {
    const columns = toColumns(connection)
    const { changes } = database.run(
      `INSERT OR IGNORE INTO connections (${Object.keys(columns).join(', ')})
        VALUES (${Object.keys(columns)
          .map(() => '?')
          .join(', ')})`,
      ...Object.values(columns)
    )
    return changes === 1
  }

  const change = (found: Connection, wanted: ConnectionChange): boolean => {
    const { id, ...columns } = toColumns({
      ...found,
      ...defined(wanted),
      rev: found.rev + 1,
      updatedAt: new Date(database.now()).toISOString()
    })
    const assignments = Object.keys(columns).map(name => `${name} = ?`)
    const text = `UPDATE OR IGNORE connections SET ${assignments.join(', ')} WHERE id = ?`
    return database.run(text, ...Object.values(columns), id).changes === 1
  }

  return {
    tryInsert: connection => database.write(() => put({ ...connection, rev: 1 })),

    get: (tenant, id) => database.read(() => get(tenant, id)),

    findByAccount: (tenant, connector, accountKey) =>
      database.read(() =>
        toConnection(
          database.one(
            'SELECT * FROM connections WHERE tenant = ? AND connector = ? AND account_key = ?',
            tenant,
            connector,
            accountKey
          )
        )
      ),

    listByAccountId: (tenant, connector, accountId) =>
      database.read(() =>
        database
          .all(
            `SELECT * FROM connections WHERE tenant = ? AND connector = ? AND account ->> '$.id' = ?
              ORDER BY created_at, id`,
            tenant,
            connector,
            accountId
          )
          .map(row => toConnection(row)!)
      ),

    list: (tenant, { limit, cursor }) =>
      database.read(() => {
        const [createdAt, id] = database.cursors.decode('connections', cursor) ?? ['', '']
        const rows = database.each(
          `SELECT * FROM connections WHERE tenant = ? AND (created_at, id) > (?, ?)
            ORDER BY created_at, id LIMIT ?`,
          tenant,
          createdAt!,
          id!,
          limit + 1
        )
        const page = takePage(rows, limit, weightOf, row => toConnection(row)!)
        return database.cursors.listing('connections', page, item => [item.createdAt, item.id])
      }),

    tryUpdate: (tenant, id, rev, wanted) =>
      database.write(() => {
        const found = get(tenant, id)
        return found?.rev === rev && change(found, wanted) ? get(tenant, id) : null
      }),

    mergeState: (tenant, id, state) =>
      database.write(() => {
        const found = get(tenant, id)
        if (!found) return
        const merged = JSON.stringify({ ...found.state, ...state })
        database.run('UPDATE connections SET state = ? WHERE id = ?', merged, id)
      }),

    note: (tenant, id, { trouble, workedAt }) =>
      database.write(() => {
        const found = get(tenant, id)
        if (!found) return
        database.run(
          'UPDATE connections SET trouble = ?, worked_at = ? WHERE id = ?',
          toJson(trouble === undefined ? found.trouble : trouble),
          workedAt ?? found.workedAt,
          id
        )
      }),

    tryRemove: async (tenant, id, rev) => {
      const { changes } = await database.write(() =>
        database.run('DELETE FROM connections WHERE id = ? AND tenant = ? AND rev = ?', id, tenant, rev)
      )
      if (changes) database.erased()
      return changes === 1
    },

    listUnused: (olderThanMs, limit) =>
      database.read(() =>
        database
          .all(
            `SELECT * FROM connections WHERE updated_at <= ?
              AND NOT EXISTS (SELECT 1 FROM installations WHERE connection_id = connections.id)
              ORDER BY updated_at, id LIMIT ?`,
            new Date(database.now() - olderThanMs).toISOString(),
            limit
          )
          .map(row => toConnection(row)!)
      ),

    listUnchecked: (before, after, limit) =>
      database.read(() =>
        database
          .all(
            `SELECT * FROM connections WHERE coalesce(last_validation ->> '$.at', '') < ?
              AND (coalesce(last_validation ->> '$.at', ''), id) > (?, ?)
              ORDER BY coalesce(last_validation ->> '$.at', ''), id LIMIT ?`,
            before,
            after?.lastValidation?.at ?? '',
            after?.id ?? '',
            limit
          )
          .map(row => toConnection(row)!)
      ),

    listNotSealedBy: (kek, afterId, limit) =>
      database.read(() =>
        database
          .all('SELECT * FROM connections WHERE kek <> ? AND id > ? ORDER BY id LIMIT ?', kek, afterId ?? '', limit)
          .map(row => toConnection(row)!)
      ),

    keysInUse: () =>
      database.read(() => database.all('SELECT DISTINCT kek FROM connections ORDER BY kek').map(row => row.kek))
  }
}

function defined(change: ConnectionChange): ConnectionChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
}

export function toColumns(connection: Connection): Record<string, Value> & { readonly id: string } {
  const { id, tenant, connector, rev, sealed } = connection
  return {
    ...{ id, tenant, connector, rev },
    account_key: connection.accountKey,
    account: JSON.stringify(connection.account),
    display: JSON.stringify(connection.display),
    sealed: JSON.stringify(sealed),
    kek: sealed.kek,
    state: JSON.stringify(connection.state),
    trouble: toJson(connection.trouble),
    worked_at: connection.workedAt,
    last_validation: toJson(connection.lastValidation),
    created_at: connection.createdAt,
    updated_at: connection.updatedAt
  }
}

export function toConnection(row: Row | undefined): Connection | null {
  if (!row) return null
  return {
    id: row.id,
    tenant: row.tenant,
    connector: row.connector,
    accountKey: row.account_key,
    account: JSON.parse(row.account),
    display: JSON.parse(row.display),
    sealed: JSON.parse(row.sealed),
    state: JSON.parse(row.state),
    trouble: fromJson(row.trouble),
    workedAt: row.worked_at,
    lastValidation: fromJson(row.last_validation),
    rev: row.rev,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  }
}
