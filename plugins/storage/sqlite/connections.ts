import { decodeCursor, toListing } from '../cursor.ts'
import type { Connection, ConnectionChange, ConnectionStore } from '../port.ts'
import type { Database, Row } from './database.ts'

export function connectionStore(database: Database): ConnectionStore {
  const get = (tenant: string, id: string): Connection | null =>
    toConnection(database.one('SELECT * FROM connections WHERE id = ? AND tenant = ?', id, tenant))

  /** false: another connection of the tenant has this account, or this id is taken. */
  const put = (connection: Connection): boolean => {
    const { id, tenant, connector, accountKey, account, display, sealed, state, rev, createdAt, updatedAt } = connection
    const { changes } = database.run(
      `INSERT OR IGNORE INTO connections
        (id, tenant, connector, account_key, account, display, sealed, kek, state, rev, created_at, updated_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      id,
      tenant,
      connector,
      accountKey,
      JSON.stringify(account),
      JSON.stringify(display),
      JSON.stringify(sealed),
      sealed.kek,
      JSON.stringify(state),
      rev,
      createdAt,
      updatedAt
    )
    return changes === 1
  }

  const change = (found: Connection, { accountKey, account, display, sealed, state }: ConnectionChange): boolean =>
    database.run(
      `UPDATE OR IGNORE connections SET account_key = ?, account = ?, display = ?, sealed = ?, kek = ?, state = ?,
        rev = rev + 1, updated_at = ? WHERE id = ?`,
      accountKey ?? found.accountKey,
      JSON.stringify(account ?? found.account),
      JSON.stringify(display ?? found.display),
      JSON.stringify(sealed ?? found.sealed),
      (sealed ?? found.sealed).kek,
      JSON.stringify(state ?? found.state),
      new Date(database.now()).toISOString(),
      found.id
    ).changes === 1

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

    list: (tenant, { limit, cursor }) =>
      database.read(() => {
        const [createdAt, id] = decodeCursor('connections', cursor, 2) ?? ['', '']
        const rows = database.all(
          `SELECT * FROM connections WHERE tenant = ? AND (created_at, id) > (?, ?)
            ORDER BY created_at, id LIMIT ?`,
          tenant,
          createdAt!,
          id!,
          limit + 1
        )
        return toListing(
          'connections',
          rows.map(row => toConnection(row)!),
          limit,
          item => [item.createdAt, item.id]
        )
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

    tryRemove: async (tenant, id, rev) => {
      const { changes } = await database.write(() =>
        database.run('DELETE FROM connections WHERE id = ? AND tenant = ? AND rev = ?', id, tenant, rev)
      )
      // The write-ahead log may still hold what was erased from the file.
      if (changes) await database.translated(() => database.one('PRAGMA wal_checkpoint(TRUNCATE)'))
      return changes === 1
    },

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
    rev: row.rev,
    createdAt: row.created_at,
    updatedAt: row.updated_at
  }
}
