import type { LinkStore, SignInLink } from '../port.ts'
import type { Database, Row } from './database.ts'

export function linkStore(database: Database): LinkStore {
  return {
    insert: ({ id, tenant, sub, permissions, to }, ttlMs) =>
      database.write(() => {
        const now = database.now()
        database.run('DELETE FROM links WHERE ends <= ?', now)
        database.run(
          'INSERT INTO links (id, tenant, sub, permissions, leads_to, ends) VALUES (?, ?, ?, ?, ?, ?)',
          id,
          tenant,
          sub,
          JSON.stringify(permissions),
          to,
          now + ttlMs
        )
      }),

    get: id => database.read(() => linkOf(database.one('SELECT * FROM links WHERE id = ?', id))),

    take: id => database.write(() => linkOf(database.one('DELETE FROM links WHERE id = ? RETURNING *', id)))
  }

  function linkOf(row: Row | undefined): SignInLink | null {
    if (!row || row.ends <= database.now()) return null
    const { id, tenant, sub, leads_to: to } = row
    return { id, tenant, sub, permissions: JSON.parse(row.permissions), to }
  }
}
