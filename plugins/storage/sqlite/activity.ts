import type { ActivityEntry, ActivityFilter, ActivityStore } from '../activity-port.ts'
import { takePage } from '../page-weight.ts'
import { type Database, type Row, type Value, weightOf } from './database.ts'

interface Listed {
  readonly from: string
  readonly where: string
  readonly values: readonly Value[]
}

function listed({ actor, action, by }: ActivityFilter): Listed {
  const from = 'activity'
  if (by === 'host') return { from, where: 'actor IS NULL', values: [] }
  // Of two indexes SQLite may take the one that has the host's own entries in it.
  if (by === 'people') return { from: 'activity INDEXED BY activity_of_people', where: 'actor IS NOT NULL', values: [] }
  if (actor !== undefined) return { from, where: 'actor = ?', values: [actor] }
  if (action !== undefined) return { from, where: 'action = ?', values: [action] }
  return { from, where: 'true', values: [] }
}

function toEntry({ body }: Row): ActivityEntry {
  return JSON.parse(body)
}

export function activityStore(database: Database): ActivityStore {
  const anchorOf = (tenant: string) => database.one('SELECT * FROM activity_anchors WHERE tenant = ?', tenant)

  return {
    last: tenant =>
      database.read(() => {
        const row =
          database.one('SELECT seq, mac FROM activity WHERE tenant = ? ORDER BY seq DESC LIMIT 1', tenant) ??
          anchorOf(tenant)
        return row ? { seq: row.seq, mac: row.mac } : null
      }),

    tryAppend: entry =>
      database.write(() => {
        if ((anchorOf(entry.tenant)?.seq ?? 0) >= entry.seq) return false
        const { changes } = database.run(
          'INSERT OR IGNORE INTO activity (tenant, seq, actor, action, mac, body) VALUES (?, ?, ?, ?, ?, ?)',
          entry.tenant,
          entry.seq,
          entry.actor,
          entry.action,
          entry.mac,
          JSON.stringify(entry)
        )
        return changes === 1
      }),

    list: (tenant, filter, { limit, cursor }) =>
      database.read(() => {
        const before = database.cursors.decode('activity', cursor)
        const { from, where, values } = listed(filter)
        const rows = database.each(
          `SELECT body FROM ${from} WHERE tenant = ? AND ${where} AND seq < ? ORDER BY seq DESC LIMIT ?`,
          tenant,
          ...values,
          before ? Number(before[0]) : Number.MAX_SAFE_INTEGER,
          limit + 1
        )
        return database.cursors.listing('activity', takePage(rows, limit, weightOf, toEntry), ({ seq }) => [
          String(seq)
        ])
      }),

    walk: (tenant, afterSeq, limit) =>
      database.read(() =>
        database
          .all('SELECT body FROM activity WHERE tenant = ? AND seq > ? ORDER BY seq LIMIT ?', tenant, afterSeq, limit)
          .map(toEntry)
      ),

    tenants: (after, limit) =>
      database.read(() =>
        database
          .all(
            // One step along the index for each tenant.
            `WITH RECURSIVE names (tenant) AS (
                SELECT min(tenant) FROM activity WHERE tenant > ?1
                UNION ALL
                SELECT (SELECT min(tenant) FROM activity WHERE tenant > names.tenant) FROM names
                  WHERE names.tenant IS NOT NULL LIMIT ?2
              )
              SELECT tenant FROM names WHERE tenant IS NOT NULL
              UNION SELECT tenant FROM activity_anchors WHERE tenant > ?1 ORDER BY tenant LIMIT ?2`,
            after ?? '',
            limit
          )
          .map(row => row.tenant)
      ),

    anchor: tenant =>
      database.read(() => {
        const row = anchorOf(tenant)
        return row ? { seq: row.seq, mac: row.mac, keyId: row.key_id, anchorMac: row.anchor_mac } : null
      }),

    prune: (tenant, { seq, mac, keyId, anchorMac }) =>
      database.write(() => {
        const { changes } = database.run(
          `INSERT INTO activity_anchors (tenant, seq, mac, key_id, anchor_mac) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO UPDATE SET seq = excluded.seq, mac = excluded.mac, key_id = excluded.key_id,
              anchor_mac = excluded.anchor_mac WHERE excluded.seq > seq`,
          tenant,
          seq,
          mac,
          keyId,
          anchorMac
        )
        if (changes === 1 || anchorOf(tenant)!.seq === seq)
          database.run('DELETE FROM activity WHERE tenant = ? AND seq <= ?', tenant, seq)
      })
  }
}
