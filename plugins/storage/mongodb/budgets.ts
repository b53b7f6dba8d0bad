import { capacityOf, recoverMsOf, slowestPace } from '../budget-rule.ts'
import type { BudgetShare, BudgetStore, RateRule } from '../port.ts'
import type { BudgetDocument, Collections } from './documents.ts'
import { fromNow, millisecondsBetween } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'

export function budgetStore(collections: Collections): BudgetStore {
  const { budgets } = collections

  /** Applies the stages to the account's bucket, which is made if there is none. */
  const change = async (account: string, stages: object[]): Promise<BudgetDocument> => {
    for (;;) {
      const changed = await repeated(() =>
        budgets.findOneAndUpdate({ _id: { $eq: account } }, stages, { returnDocument: 'after' })
      )
      if (changed) return changed
      await make(account)
    }
  }

  /** Apart from the change: an upsert that races with another one may fail, or apply and answer nothing. */
  const make = async (account: string): Promise<void> => {
    const unlessThere = {
      countedAt: { $ifNull: ['$countedAt', '$$NOW'] },
      holdUntil: { $ifNull: ['$holdUntil', null] }
    }
    try {
      await repeated(() => budgets.updateOne({ _id: { $eq: account } }, [{ $set: unlessThere }], { upsert: true }))
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  return {
    async take(account, want, rule, share) {
      const bucket = await change(account, taking(Math.max(0, Math.floor(want)), rule, share))
      return { granted: bucket.granted!, waitMs: bucket.waitMs! }
    },

    hold: async (account, forMs) => {
      await change(account, [holding(forMs)])
    },

    throttled: async (account, forMs, rule) => {
      const slower = { $max: [slowestPace, { $divide: [paceNow(rule), 2] }] }
      const isHeld = { $gt: [{ $ifNull: ['$holdUntil', '$$NOW'] }, '$$NOW'] }
      await change(account, [
        {
          $set: {
            pace: { $cond: [isHeld, '$pace', slower] },
            pacedAt: { $cond: [isHeld, '$pacedAt', '$$NOW'] }
          }
        },
        holding(forMs)
      ])
    },

    remove: async account => {
      await repeated(() => budgets.deleteOne({ _id: { $eq: account } }))
    },

    prune: async (olderThanMs, limit) => {
      const now = await collections.now()
      const stale = {
        countedAt: { $lt: new Date(now - olderThanMs) },
        $or: [{ holdUntil: null }, { holdUntil: { $lt: new Date(now) } }]
      }
      const found = await repeated(() => budgets.find(stale, { projection: { _id: 1 }, limit }).toArray())
      if (found.length === 0) return 0
      const these = { ...stale, _id: { $in: found.map(({ _id }) => _id) } }
      return (await repeated(() => budgets.deleteMany(these))).deletedCount
    }
  }
}

// null sorts below every date in $max.
const holding = (forMs: number) => ({ $set: { holdUntil: { $max: ['$holdUntil', fromNow(forMs)] } } })

/** A clock that was set back neither fills a bucket nor empties it, neither quickens nor slows. */
const elapsed = (since: string) => ({ $max: [0, millisecondsBetween({ $ifNull: [since, '$$NOW'] }, '$$NOW')] })

/** 1: the full pace. */
function paceNow(rule: RateRule): object {
  const recovered = { $divide: [elapsed('$pacedAt'), recoverMsOf(rule)] }
  return { $min: [1, { $add: [{ $ifNull: ['$pace', 1] }, recovered] }] }
}

/** What a bucket of so much of the rate holds now. */
function filled(tokens: string, countedAt: string, of: number, rule: RateRule): object {
  const capacity = { $max: [1, { $multiply: [capacityOf(rule) * of, '$now'] }] }
  const gained = { $multiply: [elapsed(countedAt), (rule.requests / rule.perMs) * of, '$now'] }
  return { $min: [capacity, { $add: [{ $ifNull: [tokens, capacity] }, gained] }] }
}

/** ms until a bucket of so much of the rate holds one more than `left`. */
function until(tokens: string, left: unknown, of: number, rule: RateRule): object {
  const missing = { $subtract: [{ $add: [1, left] }, tokens] }
  return { $divide: [missing, { $multiply: [(rule.requests / rule.perMs) * of, '$now'] }] }
}

/**
 * A token bucket in one statement: fills it by the store's clock, takes from it, and leaves the answer in it. `now` is
 * the pace of this moment, `left` what is not for this taker.
 */
function taking(want: number, rule: RateRule, share: BudgetShare | undefined): object[] {
  const { name, of, leaves } = share ?? { name: '', of: 1, leaves: 0 }
  const mine = of < 1 ? `shares.${name}` : undefined
  const atLeastOne = { $max: [1, { $multiply: [capacityOf(rule), '$now'] }] }
  const most: unknown[] = [want, { $floor: { $subtract: ['$tokens', '$left'] } }]
  const waits = [until('$tokens', '$left', 1, rule)]
  if (mine) {
    most.push({ $floor: `$${mine}.tokens` })
    waits.push(until(`$${mine}.tokens`, 0, of, rule))
  }
  return [
    { $set: { now: paceNow(rule) } },
    {
      $set: {
        tokens: filled('$tokens', '$countedAt', 1, rule),
        left: { $floor: { $multiply: [atLeastOne, leaves] } },
        ...(mine && { [`${mine}.tokens`]: filled(`$${mine}.tokens`, `$${mine}.countedAt`, of, rule) }),
        waitMs: { $max: [0, millisecondsBetween('$$NOW', { $ifNull: ['$holdUntil', '$$NOW'] })] }
      }
    },
    {
      $set: {
        countedAt: '$$NOW',
        ...(mine && { [`${mine}.countedAt`]: '$$NOW' }),
        granted: { $cond: [{ $gt: ['$waitMs', 0] }, 0, { $max: [0, { $min: most }] }] }
      }
    },
    {
      $set: {
        tokens: { $subtract: ['$tokens', '$granted'] },
        ...(mine && { [`${mine}.tokens`]: { $subtract: [`$${mine}.tokens`, '$granted'] } }),
        waitMs: {
          $cond: [
            { $or: [{ $gt: ['$waitMs', 0] }, { $gt: ['$granted', 0] }] },
            '$waitMs',
            { $max: [1, { $ceil: { $max: waits } }] }
          ]
        }
      }
    },
    { $unset: ['now', 'left'] }
  ]
}
