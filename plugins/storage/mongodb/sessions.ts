import type { SessionStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { LOST_RACES, repeated } from './failures.ts'

export function sessionStore(collections: Collections): SessionStore {
  const { sessions } = collections
  const alive = { $gt: ['$ends', '$$NOW'] }
  return {
    // By an upsert with a pipeline, as only the server's clock says when it ends.
    async insert({ id, ...session }, idleMs, mostMs) {
      const fields = Object.fromEntries(Object.entries(session).map(([name, value]) => [name, literal(value)]))
      const times = { ends: fromNow(Math.min(idleMs, mostMs)), latest: fromNow(mostMs) }
      const statement = () =>
        sessions.updateOne({ _id: { $eq: id } }, [{ $set: { ...fields, ...times } }], { upsert: true })
      await repeated(statement, LOST_RACES)
    },

    async get(id) {
      const found = await sessions.findOne({ _id: { $eq: id }, $expr: alive } as object)
      if (!found) return null
      const { _id, ends, latest: _latest, ...session } = found
      return { id: _id, ...session, endsInMs: ends.getTime() - (await collections.now()) }
    },

    async touch(id, idleMs) {
      const ends = { $min: ['$latest', fromNow(idleMs)] }
      await repeated(() => sessions.updateOne({ _id: { $eq: id }, $expr: alive } as object, [{ $set: { ends } }]))
    },

    async remove(id) {
      await repeated(() => sessions.deleteOne({ _id: { $eq: id } }))
    }
  }
}
