import type { LiveSession, SessionStore } from '../port.ts'
import type { Database, Row } from './database.ts'

export function sessionStore(database: Database): SessionStore {
  return {
    insert: ({ id, tenant, sub, permissions, formKey, embedded, startedAt }, idleMs, mostMs) =>
      database.write(() => {
        const now = database.now()
        database.run('DELETE FROM sessions WHERE ends <= ?', now)
        database.run(
          `INSERT INTO sessions (id, tenant, sub, permissions, form_key, embedded, started_at, ends, latest)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
          id,
          tenant,
          sub,
          JSON.stringify(permissions),
          formKey,
          embedded ? 1 : 0,
          startedAt,
          now + Math.min(idleMs, mostMs),
          now + mostMs
        )
      }),

    get: id =>
      database.read(() => {
        const now = database.now()
        const row = database.one('SELECT * FROM sessions WHERE id = ? AND ends > ?', id, now)
        return row ? toSession(row, now) : null
      }),

    touch: (id, idleMs) =>
      database.write(() => {
        const now = database.now()
        database.run('UPDATE sessions SET ends = min(latest, ?) WHERE id = ? AND ends > ?', now + idleMs, id, now)
      }),

    remove: id =>
      database.write(() => {
        database.run('DELETE FROM sessions WHERE id = ?', id)
      })
  }
}

function toSession(row: Row, now: number): LiveSession {
  return {
    id: row.id,
    tenant: row.tenant,
    sub: row.sub,
    permissions: JSON.parse(row.permissions),
    formKey: row.form_key,
    embedded: row.embedded === 1,
    startedAt: row.started_at,
    endsInMs: row.ends - now
  }
}
