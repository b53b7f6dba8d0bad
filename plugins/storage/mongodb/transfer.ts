import { BSON, type Document } from 'mongodb'
import type { TransferStore } from '../port.ts'
import { BATCH_BYTES, fromKey, toItem } from '../transfer-batch.ts'
import type { Collections } from './documents.ts'
import { DUPLICATE_KEY, failedOnlyBy, repeated } from './failures.ts'
import { type Section, sectionsOf } from './transfer-sections.ts'

export function transferStore(collections: Collections): TransferStore {
  const sections = sectionsOf(collections)
  return {
    read: async (section, after, limit) =>
      (await readBatch(sections[section], after, limit)).map(document => toItem(section, document)),

    async write(section, items) {
      const documents = items.map(item => item.document)
      if (documents.length > 0) await put(sections[section], documents)
    },

    count: section => sections[section].collection.countDocuments(sections[section].filter),

    async countLeased() {
      const now = new Date(await collections.now())
      return collections.installations.countDocuments({ leaseUntil: { $gt: now } })
    }
  }
}

async function readBatch<D>(section: Section<D>, after: string | null, limit: number): Promise<D[]> {
  const { collection, filter, key, toDocument } = section
  const documents: D[] = []
  let bytes = 0
  const found = collection
    .find({ $and: [filter, behind(key, fromKey(after, key.length))] })
    .sort(Object.fromEntries(key.map(name => [name, 1])))
    .limit(limit)
  for await (const kept of found) {
    bytes += BSON.calculateObjectSize(kept)
    if (documents.length > 0 && bytes > BATCH_BYTES) break
    documents.push(toDocument(kept))
  }
  return documents
}

/** What sorts behind this position: more in its last field, or in an earlier one. */
function behind(key: readonly string[], position: readonly string[] | null): Document {
  if (!position) return {}
  const further = key.map((name, i) => ({
    ...Object.fromEntries(key.slice(0, i).map((earlier, j) => [earlier, { $eq: position[j] }])),
    [name]: { $gt: position[i] }
  }))
  return { [key[0]!]: { $gte: position[0] }, $or: further }
}

async function put<D>({ collection, key, toKept, newest }: Section<D>, documents: readonly D[]): Promise<void> {
  const statements = documents.map(document => {
    const kept = toKept(document)
    const { _id, ...replacement } = kept
    const filter: Document = Object.fromEntries(key.map(name => [name, { $eq: kept[name] }]))
    if (newest) filter[newest] = { $lte: kept[newest] }
    return { replaceOne: { filter, replacement, upsert: true } }
  })
  try {
    await repeated(() => collection.bulkWrite(statements, { ordered: false }))
  } catch (error) {
    // Where a newer one is there, the filter finds none and the insert meets its key.
    if (!newest || !failedOnlyBy(error, [DUPLICATE_KEY])) throw error
  }
}
