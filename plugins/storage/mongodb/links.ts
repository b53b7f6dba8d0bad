import type { LinkStore } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { LOST_RACES, repeated } from './failures.ts'

export function linkStore({ links }: Collections): LinkStore {
  return {
    async insert({ id, ...link }, ttlMs) {
      const fields = Object.fromEntries(Object.entries(link).map(([name, value]) => [name, literal(value)]))
      const statement = () =>
        links.updateOne({ _id: { $eq: id } }, [{ $set: { ...fields, ends: fromNow(ttlMs) } }], { upsert: true })
      await repeated(statement, LOST_RACES)
    },

    async take(id) {
      const alive = { $expr: { $gt: ['$ends', '$$NOW'] } }
      const taken = await repeated(() => links.findOneAndDelete({ _id: { $eq: id }, ...alive } as object))
      if (!taken) return null
      const { _id, tenant, sub, permissions, to } = taken
      return { id: _id, tenant, sub, permissions, to }
    }
  }
}
