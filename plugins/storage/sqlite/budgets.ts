import { capacityOf, recoverMsOf, slowestPace } from '../budget-rule.ts'
import type { BudgetStore, RateRule } from '../port.ts'
import type { Database } from './database.ts'

/**
 * An account has a row of its own and, under its name with a tab and a word behind it, one for each share that was ever
 * asked for, and one for its pace (in `tokens`, at `counted_at`) once it was throttled.
 */
const PUT = `INSERT INTO budgets (account, tokens, counted_at, hold_until) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET tokens = excluded.tokens, counted_at = excluded.counted_at, hold_until = excluded.hold_until`

const OF_ACCOUNT = 'account = ?1 OR (account > ?1 || char(9) AND account < ?1 || char(10))'

interface Bucket {
  readonly tokens: number
  readonly counted_at: number
  readonly hold_until: number
}

export function budgetStore(database: Database): BudgetStore {
  const bucketOf = (name: string) => database.one('SELECT * FROM budgets WHERE account = ?', name) as Bucket | undefined
  const shareOf = (account: string, name: string) => `${account}\t${name}`
  const paceRow = (account: string) => `${account}\tpace`

  /** 1: the full pace. A clock that was set back neither quickens nor slows. */
  function paceOf(account: string, rule: RateRule, now: number): number {
    const kept = bucketOf(paceRow(account))
    if (!kept) return 1
    return Math.min(1, kept.tokens + Math.max(0, now - kept.counted_at) / recoverMsOf(rule))
  }

  return {
    take: (account, want, rule, share) =>
      database.write(() => {
        const now = database.now()
        const bucket = bucketOf(account)
        const holdUntil = bucket?.hold_until ?? 0
        if (holdUntil > now) return { granted: 0, waitMs: holdUntil - now }
        const pace = paceOf(account, rule, now)
        const perMs = (rule.requests / rule.perMs) * pace
        const capacity = Math.max(1, capacityOf(rule) * pace)
        const tokens = filled(bucket, capacity, perMs, now)
        const left = Math.floor(capacity * (share?.leaves ?? 0))
        const name = share && share.of < 1 ? shareOf(account, share.name) : undefined
        const part = share?.of ?? 1
        const mine = name ? filled(bucketOf(name), Math.max(1, capacity * part), perMs * part, now) : tokens
        const granted = Math.max(0, Math.min(Math.floor(want), Math.floor(tokens - left), Math.floor(mine)))
        database.run(PUT, account, tokens - granted, now, holdUntil)
        if (name) database.run(PUT, name, mine - granted, now, 0)
        if (granted > 0) return { granted, waitMs: 0 }
        const untilAll = (1 + left - tokens) / perMs
        const untilMine = name ? (1 - mine) / (perMs * part) : 0
        return { granted, waitMs: Math.max(1, Math.ceil(Math.max(untilAll, untilMine))) }
      }),

    hold: (account, forMs) =>
      database.write(() => {
        const now = database.now()
        holdFor(database, account, bucketOf(account), now, forMs)
      }),

    throttled: (account, forMs, rule) =>
      database.write(() => {
        const now = database.now()
        const bucket = bucketOf(account)
        if ((bucket?.hold_until ?? 0) <= now) {
          const pace = Math.max(slowestPace, paceOf(account, rule, now) / 2)
          database.run(PUT, paceRow(account), pace, now, 0)
        }
        holdFor(database, account, bucket, now, forMs)
      }),

    remove: account =>
      database.write(() => {
        database.run(`DELETE FROM budgets WHERE ${OF_ACCOUNT}`, account)
      }),

    prune: (olderThanMs, limit) =>
      database.write(() => {
        const now = database.now()
        const stale = 'SELECT account FROM budgets WHERE counted_at < ? AND hold_until < ? LIMIT ?'
        const { changes } = database.run(
          `DELETE FROM budgets WHERE account IN (${stale})`,
          now - olderThanMs,
          now,
          limit
        )
        return changes
      })
  }
}

function holdFor(database: Database, account: string, bucket: Bucket | undefined, now: number, forMs: number): void {
  const until = Math.max(bucket?.hold_until ?? 0, now + forMs)
  // -1 tells a bucket that was held before it was ever asked: it starts full.
  database.run(PUT, account, bucket?.tokens ?? -1, bucket?.counted_at ?? now, until)
}

/** What the bucket holds now. A clock that was set back neither fills nor empties it. */
function filled(bucket: Bucket | undefined, capacity: number, perMs: number, now: number): number {
  if (!bucket || bucket.tokens < 0) return capacity
  return Math.min(capacity, bucket.tokens + Math.max(0, now - bucket.counted_at) * perMs)
}
