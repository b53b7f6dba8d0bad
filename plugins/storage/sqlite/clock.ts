import type { Database } from './database.ts'

/** Clocks are put right by so much all the time. */
const TOLERATED_MS = 5000

/** LeaseStore.keepClock */
export function keepClock(database: Database): Promise<number> {
  return database.write(() => {
    const now = database.now()
    const kept = Number(database.one("SELECT value FROM meta WHERE key = 'clock'")?.value ?? now)
    database.run("INSERT INTO meta VALUES ('clock', ?1) ON CONFLICT DO UPDATE SET value = ?1", String(now))
    const back = kept - now
    if (back <= TOLERATED_MS) return 0
    database.run(
      `UPDATE installations SET due_at = due_at - ?1, compare_due_at = compare_due_at - ?1,
        lease_until = lease_until - ?1`,
      back
    )
    database.run('UPDATE budgets SET hold_until = hold_until - ?1, counted_at = counted_at - ?1', back)
    return back
  })
}
