import { ObjectId } from 'mongodb'
import type { ReplyStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { LOST_RACES, repeated } from './failures.ts'

export function replyStore(collections: Collections): ReplyStore {
  const { replies } = collections
  return {
    async tryBegin({ key, digest }, keepMs, takeOverMs) {
      const by = new ObjectId()
      const isAbandoned = {
        $and: [{ $eq: ['$answer', null] }, { $lte: ['$begun', fromNow(-takeOverMs)] }]
      }
      const isFree = { $or: [{ $lte: [{ $ifNull: ['$ends', '$$NOW'] }, '$$NOW'] }, isAbandoned] }
      const ours = { digest: literal(digest), answer: null, begun: '$$NOW', ends: fromNow(keepMs), by }
      const fields = Object.entries(ours).map(([name, value]) => [name, { $cond: ['$isFree', value, `$${name}`] }])
      const stages = [{ $set: { isFree } }, { $set: Object.fromEntries(fields) }, { $unset: 'isFree' }]
      const options = { upsert: true, returnDocument: 'after' } as const
      for (;;) {
        const stored = await repeated(
          () => replies.findOneAndUpdate({ _id: { $eq: key } }, stages, options),
          LOST_RACES
        )
        // An upsert that races with another one may apply and answer nothing; repeated, it finds what it has made.
        if (stored) return stored.by.equals(by) ? null : { digest: stored.digest, answer: stored.answer }
      }
    },

    async finish(key, answer) {
      await repeated(() => replies.updateOne({ _id: { $eq: key } }, { $set: { answer } }))
    },

    async drop(key) {
      await repeated(() => replies.deleteOne({ _id: { $eq: key } }))
    },

    async prune(limit) {
      const ended = { ends: { $lte: new Date(await collections.now()) } }
      const found = await replies
        .find(ended, { projection: { _id: 1 } })
        .sort({ ends: 1 })
        .limit(limit)
        .toArray()
      const ids = found.map(({ _id }) => _id)
      return (await repeated(() => replies.deleteMany({ _id: { $in: ids }, ...ended }))).deletedCount
    }
  }
}
