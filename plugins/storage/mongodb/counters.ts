import type { CounterStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, millisecondsBetween } from './expressions.ts'
import { DUPLICATE_KEY, LOST_RACES, repeated } from './failures.ts'

export function counterStore({ counters }: Collections): CounterStore {
  return {
    async hit(key, windowMs) {
      // A clock that was set back would keep a window open for as long.
      const isOver = {
        $or: [
          { $lte: [{ $ifNull: ['$until', '$$NOW'] }, '$$NOW'] },
          { $gt: [{ $ifNull: ['$until', '$$NOW'] }, fromNow(windowMs)] }
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
      const counted = await repeated(
        () => counters.findOneAndUpdate({ _id: { $eq: key } }, stages, { upsert: true, returnDocument: 'after' }),
        [DUPLICATE_KEY, ...LOST_RACES]
      )
      return { count: counted!.count, resetInMs: counted!.resetInMs }
    }
  }
}
