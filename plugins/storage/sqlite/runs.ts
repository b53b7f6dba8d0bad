import { toRun as fromFormer } from '../former-shapes.ts'
import type { Run, RunStore } from '../port.ts'
import type { Database, Row } from './database.ts'

export function runStore(database: Database): RunStore {
  /** When it ended by the store's clock; the run's own `endedAt` is a host's. */
  const ended = (run: Run): number | null => (run.endedAt === null ? null : database.now())
  return {
    insert: run =>
      database.write(() => {
        database.run(
          'INSERT OR IGNORE INTO runs (id, tenant, installation_id, token, ended, body) VALUES (?, ?, ?, ?, ?, ?)',
          run.id,
          run.tenant,
          run.installationId,
          run.token,
          ended(run),
          JSON.stringify(run)
        )
      }),

    trySave: run =>
      database.write(
        () =>
          database.run(
            `UPDATE runs SET token = ?, ended = ?, body = ?
              WHERE id = ? AND tenant = ? AND installation_id = ? AND token <= ?`,
            run.token,
            ended(run),
            JSON.stringify(run),
            run.id,
            run.tenant,
            run.installationId,
            run.token
          ).changes === 1
      ),

    get: (tenant, id) =>
      database.read(() => {
        const row = database.one('SELECT body FROM runs WHERE id = ? AND tenant = ?', id, tenant)
        return row ? toRun(row) : null
      }),

    list: (tenant, installationId, { limit, cursor, olderThan }) =>
      database.read(() => {
        const [before = olderThan] = database.cursors.decode('runs', cursor) ?? []
        const rows = database.all(
          `SELECT body FROM runs WHERE installation_id = ?1 AND tenant = ?2 AND (?3 IS NULL OR id < ?3)
            ORDER BY id DESC LIMIT ?4`,
          installationId,
          tenant,
          before ?? null,
          limit + 1
        )
        return database.cursors.listing('runs', rows.map(toRun), limit, run => [run.id])
      }),

    prune: (olderThanMs, limit) =>
      database.write(() => {
        const rows = database.all(
          `SELECT r.id FROM runs r LEFT JOIN installations i ON i.id = r.installation_id
            WHERE r.ended <= ? AND r.id IS NOT i.last_run_id ORDER BY r.ended LIMIT ?`,
          database.now() - olderThanMs,
          limit
        )
        for (const { id } of rows) {
          database.run('DELETE FROM rejects WHERE run_id = ?', id)
          database.run('DELETE FROM runs WHERE id = ?', id)
        }
        return rows.length
      })
  }
}

export function toRun({ body }: Row): Run {
  return fromFormer(JSON.parse(body))
}
