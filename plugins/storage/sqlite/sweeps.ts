import type { SweepStore } from '../port.ts'
import type { Database } from './database.ts'

export function sweepStore(database: Database): SweepStore {
  return {
    stage: (lease, generation, ids) =>
      database.writeFenced(lease, () => {
        const installation = lease.installationId
        database.run('DELETE FROM staged WHERE installation_id = ? AND generation <> ?', installation, generation)
        database.run(
          'INSERT OR IGNORE INTO staged (installation_id, generation, id) SELECT ?, ?, value FROM json_each(?)',
          installation,
          generation,
          JSON.stringify(ids)
        )
      }),

    count: (installationId, generation) =>
      database.read(
        () =>
          database.one(
            'SELECT count(*) AS count FROM staged WHERE installation_id = ? AND generation = ?',
            installationId,
            generation
          )!.count
      ),

    list: (installationId, generation, after, limit) =>
      database.read(() =>
        database
          .all(
            'SELECT id FROM staged WHERE installation_id = ? AND generation = ? AND id > ? ORDER BY id LIMIT ?',
            installationId,
            generation,
            after ?? '',
            limit
          )
          .map(row => row.id)
      ),

    clear: lease =>
      database.writeFenced(lease, () => {
        database.run('DELETE FROM staged WHERE installation_id = ?', lease.installationId)
      })
  }
}
