import type { CounterStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, millisecondsBetween } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'

/** Longer than any two statements of one key overlap. */
const RACING_MS = 5000

export function counterStore({ counters }: Collections): CounterStore {
  /** Apart from the hit: an upsert that races with another one may fail, or apply and answer nothing. */
  const make = async (key: string): Promise<void> => {
    try {
      await counters.insertOne({ _id: key, count: 0, until: new Date(0), resetInMs: 0 })
    } catch (error) {
      if (!isDuplicateKey(error)) throw error
    }
  }

  return {
    async hit(key, windowMs) {
      // A clock that was set back would keep a window open for as long. Statements that race have taken their times in
      // another order than they are put in place, so one window may end a little behind what another one reckons.
      const isOver = {
        $or: [
          { $lte: [{ $ifNull: ['$until', '$$NOW'] }, '$$NOW'] },
          { $gt: [{ $ifNull: ['$until', '$$NOW'] }, fromNow(windowMs + RACING_MS)] }
        ]
      }
      const stages = [
        { $set: { isOver } },
        {
          $set: {
            count: { $cond: ['$isOver', 1, { $add: ['$count', 1] }] },
            until: { $cond: ['$isOver', fromNow(windowMs), '$until'] }
          }
        },
        { $set: { resetInMs: millisecondsBetween('$$NOW', '$until') } },
        { $unset: 'isOver' }
      ]
      for (;;) {
        const counted = await repeated(() =>
          counters.findOneAndUpdate({ _id: { $eq: key } }, stages, { returnDocument: 'after' })
        )
        if (counted) return { count: counted.count, resetInMs: counted.resetInMs }
        await make(key)
      }
    }
  }
}
