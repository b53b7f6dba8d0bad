import type { SeenRow, SeenStore } from '../port.ts'
import type { Database, Row } from './database.ts'
import { fromJson, toJson } from './installations.ts'

/** Rows that one call of prune removes, at most. */
const PRUNED_AT_ONCE = 5000

/** A SeenRow as it goes to the writer's thread. */
export type SeenTexts = readonly [
  key: string,
  stamps: string,
  leftOut: string | null,
  setAside: string | null,
  at: string
]

export function seenStore(database: Database): SeenStore {
  return {
    load: (installationId, keys) =>
      database.read(() =>
        database
          .all(
            `SELECT seen.* FROM (SELECT DISTINCT value FROM json_each(?)) CROSS JOIN seen ON key = value
              WHERE installation_id = ?`,
            JSON.stringify(keys),
            installationId
          )
          .map(toSeen)
      ),

    prune: (lease, olderThanMs, setAside = false) =>
      database.writeFenced(lease, () => {
        const until = database.now() - olderThanMs
        const pruned = prune(database, lease.installationId, 'IS NULL', until, PRUNED_AT_ONCE)
        if (!setAside || pruned === PRUNED_AT_ONCE) return pruned
        return pruned + prune(database, lease.installationId, 'IS NOT NULL', until, PRUNED_AT_ONCE - pruned)
      })
  }
}

function prune(database: Database, installationId: string, setAside: string, until: number, limit: number): number {
  return database.run(
    `DELETE FROM seen WHERE installation_id = ?1 AND key IN (
      SELECT key FROM seen WHERE installation_id = ?1 AND set_aside ${setAside} AND written <= ?2
        ORDER BY written LIMIT ?3
    )`,
    installationId,
    until,
    limit
  ).changes
}

export function putSeen(database: Database, installationId: string, rows: readonly SeenTexts[], now: number): void {
  for (const row of rows) {
    database.run(
      `INSERT INTO seen (installation_id, written, key, stamps, left_out, set_aside, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET written = excluded.written, stamps = excluded.stamps, left_out = excluded.left_out,
          set_aside = excluded.set_aside, at = excluded.at`,
      installationId,
      now,
      ...row
    )
  }
}

export function removeSeen(database: Database, installationId: string, keys: readonly string[]): void {
  database.run(
    'DELETE FROM seen WHERE installation_id = ? AND key IN (SELECT value FROM json_each(?))',
    installationId,
    JSON.stringify(keys)
  )
}

export function toSeenRow({ key, stamps, leftOut, setAside, at }: SeenRow): SeenTexts {
  return [key, JSON.stringify(stamps), toJson(leftOut), setAside, at]
}

export function toSeen({ key, stamps, left_out, set_aside, at }: Row): SeenRow {
  return { key, stamps: JSON.parse(stamps), leftOut: fromJson(left_out), setAside: set_aside, at }
}
