import type { CounterStore } from '../port.ts'
import type { Database } from './database.ts'

/** Windows that have ended and are cleared away with each hit: more than one begins with it. */
const CLEARED = 4

export function counterStore(database: Database): CounterStore {
  return {
    hit: (key, windowMs) =>
      database.write(() => {
        const now = database.now()
        database.run(
          'DELETE FROM counters WHERE key IN (SELECT key FROM counters WHERE until <= ? LIMIT ?)',
          now,
          CLEARED
        )
        // A clock that was set back would keep a window open for as long.
        const row = database.one(
          `INSERT INTO counters (key, count, until) VALUES (?1, 1, ?2 + ?3)
            ON CONFLICT DO UPDATE SET
              count = CASE WHEN until <= ?2 OR until > ?2 + ?3 THEN 1 ELSE count + 1 END,
              until = CASE WHEN until <= ?2 OR until > ?2 + ?3 THEN ?2 + ?3 ELSE until END
            RETURNING count, until`,
          key,
          now,
          windowMs
        )!
        return { count: row.count, resetInMs: row.until - now }
      })
  }
}
