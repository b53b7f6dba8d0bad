import type { LinkStore } from '../port.ts'
import type { Database } from './database.ts'

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

    take: id =>
      database.write(() => {
        const row = database.one('DELETE FROM links WHERE id = ? RETURNING *', id)
        if (!row || row.ends <= database.now()) return null
        const { tenant, sub, leads_to: to } = row
        return { id, tenant, sub, permissions: JSON.parse(row.permissions), to }
      })
  }
}
