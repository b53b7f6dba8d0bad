import type { LinkStore, SignInLink } from '../port.ts'
import type { Collections, LinkDocument } from './documents.ts'
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

    async get(id) {
      return linkOf(await links.findOne(alive(id)))
    },

    async take(id) {
      return linkOf(await repeated(() => links.findOneAndDelete(alive(id))))
    }
  }
}

const alive = (id: string): object => ({ _id: { $eq: id }, $expr: { $gt: ['$ends', '$$NOW'] } })

function linkOf(document: LinkDocument | null): SignInLink | null {
  if (!document) return null
  const { _id: id, tenant, sub, permissions, to } = document
  return { id, tenant, sub, permissions, to }
}
