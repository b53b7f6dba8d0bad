import type { Collection } from 'mongodb'
import { failedOnlyBy, LOST_RACES, repeated } from './failures.ts'

interface Fenced {
  /** Begins with the installation's id, which is the shard key. */
  readonly _id: string
  readonly installationId: string
  readonly token: number
}

/**
 * Each in place of the document with its id, unless that has a newer token. What is new goes in as it is: an upsert
 * costs several inserts, and most are new or most are not.
 */
export async function putUnlessNewer<T extends Fenced>(
  collection: Collection<T>,
  documents: readonly T[]
): Promise<void> {
  const there = await insert(collection as unknown as Collection<Fenced>, documents)
  const statements = there.map(({ _id, ...replacement }) => ({
    replaceOne: {
      filter: {
        _id: { $eq: _id },
        installationId: { $eq: replacement.installationId },
        token: { $lte: replacement.token }
      },
      replacement
    }
  }))
  if (statements.length > 0) await repeated(() => collection.bulkWrite(statements as never, { ordered: false }))
}

/** Those whose id is there already. */
async function insert(collection: Collection<Fenced>, documents: readonly Fenced[]): Promise<readonly Fenced[]> {
  try {
    await collection.insertMany([...documents], { ordered: false })
    return []
  } catch (error) {
    if (!failedOnlyBy(error, LOST_RACES)) throw error
    const failures = [error.writeErrors].flat()
    return failures.length > 0 ? failures.map(({ index }) => documents[index]!) : documents
  }
}
