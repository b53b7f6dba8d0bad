import { takePage } from '../page-weight.ts'
import type { Run, RunStore } from '../port.ts'
import { foldedInto, quietRowId } from '../quiet-runs.ts'
import { BEHIND_ALL, type Database, weightOf } from './database.ts'
import { listAllRuns } from './run-lists.ts'
import { toRun } from './run-row.ts'

export function runStore(database: Database): RunStore {
  /** When it ended by the store's clock; the run's own `endedAt` is a host's. */
  const ended = (run: Run): number | null => (run.endedAt === null ? null : database.now())
  const insert = (run: Run): void => {
    database.run(
      'INSERT OR IGNORE INTO runs (id, tenant, installation_id, token, ended, body) VALUES (?, ?, ?, ?, ?, ?)',
      run.id,
      run.tenant,
      run.installationId,
      run.token,
      ended(run),
      JSON.stringify(run)
    )
  }

  const trySave = (run: Run): boolean =>
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

  const get = (tenant: string, id: string): Run | null => {
    const row = database.one('SELECT body FROM runs WHERE id = ? AND tenant = ?', id, tenant)
    return row ? toRun(row) : null
  }

  return {
    insert: run => database.write(() => insert(run)),

    trySave: run => database.write(() => trySave(run)),

    fold: run =>
      database.write(() => {
        const row = get(run.tenant, quietRowId(run))
        let at = row?.id ?? null
        if (row?.folded?.last !== run.id) {
          if (!trySave(run)) return null
          if (row && row.token > run.token) return run.id
          const folded = foldedInto(row, run)
          if (row) trySave(folded)
          else insert(folded)
          at = folded.id
        }
        database.run('DELETE FROM runs WHERE id = ? AND tenant = ? AND token <= ?', run.id, run.tenant, run.token)
        return at
      }),

    get: (tenant, id) => database.read(() => get(tenant, id)),

    list: (tenant, installationId, { limit, cursor }) =>
      database.read(() => {
        const [before] = database.cursors.decode('runs', cursor) ?? []
        const rows = database.each(
          `SELECT body FROM runs INDEXED BY runs_by_installation
            WHERE installation_id = ? AND tenant = ? AND id < ? ORDER BY id DESC LIMIT ?`,
          installationId,
          tenant,
          before ?? BEHIND_ALL,
          limit + 1
        )
        return database.cursors.listing('runs', takePage(rows, limit, weightOf, toRun), run => [run.id])
      }),

    listAll: (tenant, query, page) => database.read(() => listAllRuns(database, tenant, query, page)),

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
