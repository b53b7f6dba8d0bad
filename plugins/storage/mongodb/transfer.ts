import { BSON, type Collection, type Document } from 'mongodb'
import type { TransferStore } from '../port.ts'
import { BATCH_BYTES, fromKey, toItem } from '../transfer-batch.ts'
import type { Collections } from './documents.ts'
import { DUPLICATE_KEY, failedOnlyBy, repeated } from './failures.ts'
import { shardKeyOf } from './schema.ts'
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
    .find({ ...filter, ...behind(key, positionOf(section, after)) })
    .sort(Object.fromEntries(key.map(name => [name, 1])))
    .limit(limit)
  for await (const kept of found) {
    bytes += BSON.calculateObjectSize(kept)
    if (documents.length > 0 && bytes > BATCH_BYTES) break
    documents.push(toDocument(kept))
  }
  return documents
}

function positionOf({ key, idOf, fromText }: Section<any>, after: string | null): readonly unknown[] | null {
  if (idOf) return after === null ? null : [idOf(JSON.parse(after))]
  return fromKey(after, key.length)?.map((text, i) => fromText?.[key[i]!]?.(text) ?? text) ?? null
}

/** What sorts behind this position: more in its last field, or in an earlier one. */
function behind(key: readonly string[], position: readonly unknown[] | null): Document {
  if (!position) return {}
  const further = key.map((name, i) => ({
    ...Object.fromEntries(key.slice(0, i).map((earlier, j) => [earlier, { $eq: position[j] }])),
    [name]: { $gt: position[i] }
  }))
  return further.length === 1 ? further[0]! : { [key[0]!]: { $gte: position[0] }, $or: further }
}

/** An upsert costs several inserts, and in a target that was empty all is new but what a cut attempt repeats. */
async function put<D>(section: Section<D>, documents: readonly D[]): Promise<void> {
  const { collection, key, newest } = section
  const taken = await insert(
    collection,
    documents.map(document => section.toKept(document))
  )
  const statements = taken.map(found => {
    const { _id, ...kept } = found
    const names = new Set([...key, ...(shardKeyOf(collection.collectionName) ?? [])])
    const filter: Document = Object.fromEntries([...names].map(name => [name, { $eq: found[name] }]))
    if (newest) filter[newest] = { $lte: kept[newest] }
    return { replaceOne: { filter, replacement: kept } }
  })
  if (statements.length > 0) await repeated(() => collection.bulkWrite(statements, { ordered: false }))
}

/** Those whose key is there already. */
async function insert(collection: Collection<Document>, kept: Document[]): Promise<Document[]> {
  try {
    await repeated(() => collection.insertMany(kept, { ordered: false }))
    return []
  } catch (error) {
    if (!failedOnlyBy(error, [DUPLICATE_KEY])) throw error
    const failures = [error.writeErrors].flat()
    return failures.length > 0 ? failures.map(({ index }) => kept[index]!) : kept
  }
}
