import type { BudgetStore, RateRule } from '../port.ts'
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
    async take(account, want, rule) {
      const bucket = await change(account, taking(Math.max(0, Math.floor(want)), rule))
      return { granted: bucket.granted!, waitMs: bucket.waitMs! }
    },

    // null sorts below every date in $max.
    hold: async (account, forMs) => {
      await change(account, [{ $set: { holdUntil: { $max: ['$holdUntil', fromNow(forMs)] } } }])
    }
  }
}

/** A token bucket in one statement: fills it by the store's clock, takes from it, and leaves the answer in it. */
function taking(want: number, { requests, perMs }: RateRule): object[] {
  const capacity = Math.max(1, requests / 10)
  // A clock that was set back neither fills the bucket nor empties it.
  const elapsed = { $max: [0, millisecondsBetween('$countedAt', '$$NOW')] }
  const gained = { $divide: [{ $multiply: [elapsed, requests] }, perMs] }
  const untilFilled = { $ceil: { $divide: [{ $multiply: [{ $subtract: [1, '$tokens'] }, perMs] }, requests] } }
  return [
    {
      $set: {
        tokens: { $min: [capacity, { $add: [{ $ifNull: ['$tokens', capacity] }, gained] }] },
        countedAt: '$$NOW',
        waitMs: { $max: [0, millisecondsBetween('$$NOW', { $ifNull: ['$holdUntil', '$$NOW'] })] }
      }
    },
    { $set: { granted: { $cond: [{ $gt: ['$waitMs', 0] }, 0, { $min: [want, { $floor: '$tokens' }] }] } } },
    {
      $set: {
        tokens: { $subtract: ['$tokens', '$granted'] },
        waitMs: {
          $cond: [{ $or: [{ $gt: ['$waitMs', 0] }, { $gt: ['$granted', 0] }] }, '$waitMs', { $max: [1, untilFilled] }]
        }
      }
    }
  ]
}
