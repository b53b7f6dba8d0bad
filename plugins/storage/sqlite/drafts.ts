import type { DraftStore, LiveDraft } from '../port.ts'
import type { Database, Row } from './database.ts'
import { toJson } from './installations.ts'

export function draftStore(database: Database): DraftStore {
  const get = (tenant: string, sub: string, id: string): LiveDraft | null => {
    const now = database.now()
    const row = database.one(
      'SELECT * FROM drafts WHERE id = ? AND tenant = ? AND sub = ? AND ends > ?',
      ...[id, tenant, sub, now]
    )
    return row ? toDraft(row, now) : null
  }

  return {
    insert: ({ id, tenant, sub, connector, syncType, sealed, progress }, ttlMs) =>
      database.write(() => {
        const now = database.now()
        // What was typed and left goes with the next that is typed.
        database.run('DELETE FROM drafts WHERE ends <= ?', now)
        database.run(
          `INSERT INTO drafts (id, tenant, sub, connector, sync_type, sealed, progress, rev, changed, ends)
            VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)`,
          id,
          tenant,
          sub,
          connector,
          syncType,
          toJson(sealed),
          JSON.stringify(progress),
          now,
          now + ttlMs
        )
      }),

    get: (tenant, sub, id) => database.read(() => get(tenant, sub, id)),

    find: (tenant, sub, connector, syncType) =>
      database.read(() => {
        const now = database.now()
        const row = database.one(
          `SELECT * FROM drafts WHERE tenant = ? AND sub = ? AND connector = ? AND sync_type = ? AND ends > ?
            ORDER BY changed DESC LIMIT 1`,
          ...[tenant, sub, connector, syncType, now]
        )
        return row ? toDraft(row, now) : null
      }),

    tryUpdate: (tenant, sub, id, rev, { sealed, progress }, ttlMs) =>
      database.write(() => {
        const found = get(tenant, sub, id)
        if (found?.rev !== rev) return null
        const now = database.now()
        database.run(
          'UPDATE drafts SET sealed = ?, progress = ?, rev = rev + 1, changed = ?, ends = ? WHERE id = ?',
          toJson(sealed === undefined ? found.sealed : sealed),
          JSON.stringify(progress ?? found.progress),
          now,
          now + ttlMs,
          id
        )
        return get(tenant, sub, id)
      }),

    remove: (tenant, sub, id) =>
      database.write(() => {
        database.run('DELETE FROM drafts WHERE id = ? AND tenant = ? AND sub = ?', id, tenant, sub)
      })
  }
}

function toDraft(row: Row, now: number): LiveDraft {
  return {
    id: row.id,
    tenant: row.tenant,
    sub: row.sub,
    connector: row.connector,
    syncType: row.sync_type,
    sealed: row.sealed === null ? null : JSON.parse(row.sealed),
    progress: JSON.parse(row.progress),
    rev: row.rev,
    ageMs: Math.max(0, now - row.changed)
  }
}
