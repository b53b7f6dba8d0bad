import type { BudgetStore, RateRule } from '../port.ts'
import type { Database, Row } from './database.ts'

const PUT = `INSERT INTO budgets (account, tokens, counted_at, hold_until) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET tokens = excluded.tokens, counted_at = excluded.counted_at, hold_until = excluded.hold_until`

export function budgetStore(database: Database): BudgetStore {
  const bucketOf = (account: string) => database.one('SELECT * FROM budgets WHERE account = ?', account)
  return {
    take: (account, want, rule) =>
      database.write(() => {
        const now = database.now()
        const bucket = bucketOf(account)
        const holdUntil: number = bucket?.hold_until ?? 0
        if (holdUntil > now) return { granted: 0, waitMs: holdUntil - now }
        const tokens = filled(bucket, rule, now)
        const granted = Math.max(0, Math.min(Math.floor(want), Math.floor(tokens)))
        database.run(PUT, account, tokens - granted, now, holdUntil)
        if (granted > 0) return { granted, waitMs: 0 }
        return { granted, waitMs: Math.max(1, Math.ceil(((1 - tokens) * rule.perMs) / rule.requests)) }
      }),

    hold: (account, forMs) =>
      database.write(() => {
        const now = database.now()
        const bucket = bucketOf(account)
        const until = Math.max(bucket?.hold_until ?? 0, now + forMs)
        // -1 tells a bucket that was held before it was ever asked: it starts full.
        database.run(PUT, account, bucket?.tokens ?? -1, bucket?.counted_at ?? now, until)
      }),

    remove: account =>
      database.write(() => {
        database.run('DELETE FROM budgets WHERE account = ?', account)
      }),

    prune: (olderThanMs, limit) =>
      database.write(() => {
        const now = database.now()
        return database.run(
          `DELETE FROM budgets WHERE account IN (
            SELECT account FROM budgets WHERE counted_at <= ? AND hold_until <= ? ORDER BY counted_at LIMIT ?
          )`,
          now - olderThanMs,
          now,
          limit
        ).changes
      })
  }
}

/** What the bucket holds now. A clock that was set back neither fills nor empties it. */
function filled(bucket: Row | undefined, rule: RateRule, now: number): number {
  const capacity = Math.max(1, rule.requests / 10)
  if (!bucket || bucket.tokens < 0) return capacity
  const elapsed = Math.max(0, now - bucket.counted_at)
  return Math.min(capacity, bucket.tokens + (elapsed * rule.requests) / rule.perMs)
}
