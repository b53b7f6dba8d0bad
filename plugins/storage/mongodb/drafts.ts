import type { DraftStore, LiveDraft } from '../port.ts'
import type { Collections, DraftDocument } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { LOST_RACES, repeated } from './failures.ts'

export function draftStore(collections: Collections): DraftStore {
  const { drafts } = collections
  const alive = { $expr: { $gt: ['$ends', '$$NOW'] } }
  const own = (tenant: string, sub: string, id: string) =>
    ({ _id: { $eq: id }, tenant: { $eq: tenant }, sub: { $eq: sub }, ...alive }) as object

  const toDraft = async (document: DraftDocument | null): Promise<LiveDraft | null> => {
    if (!document) return null
    const { _id: id, changed, ends: _ends, ...draft } = document
    return { id, ...draft, ageMs: Math.max(0, (await collections.now()) - changed.getTime()) }
  }

  return {
    async insert({ id, ...draft }, ttlMs) {
      const fields = Object.fromEntries(Object.entries(draft).map(([name, value]) => [name, literal(value)]))
      const times = { rev: 1, changed: '$$NOW', ends: fromNow(ttlMs) }
      const statement = () =>
        drafts.updateOne(
          { _id: { $eq: id }, tenant: { $eq: draft.tenant }, sub: { $eq: draft.sub } },
          [{ $set: { ...fields, ...times } }],
          { upsert: true }
        )
      await repeated(statement, LOST_RACES)
    },

    get: async (tenant, sub, id) => toDraft(await drafts.findOne(own(tenant, sub, id))),

    async find(tenant, sub, connector, syncType) {
      const person = { tenant: { $eq: tenant }, sub: { $eq: sub } }
      const found = await drafts.findOne(
        { ...person, connector: { $eq: connector }, syncType: { $eq: syncType }, ...alive } as object,
        { sort: { changed: -1 } }
      )
      return toDraft(found)
    },

    async tryUpdate(tenant, sub, id, rev, { sealed, progress }, ttlMs) {
      const change = {
        ...(sealed !== undefined && { sealed: literal(sealed) }),
        ...(progress !== undefined && { progress: literal(progress) }),
        ...{ rev: { $add: ['$rev', 1] }, changed: '$$NOW', ends: fromNow(ttlMs) }
      }
      const changed = await repeated(() =>
        drafts.findOneAndUpdate({ ...own(tenant, sub, id), rev: { $eq: rev } } as object, [{ $set: change }], {
          returnDocument: 'after'
        })
      )
      return toDraft(changed)
    },

    async remove(tenant, sub, id) {
      await repeated(() => drafts.deleteOne({ _id: { $eq: id }, tenant: { $eq: tenant }, sub: { $eq: sub } }))
    }
  }
}
