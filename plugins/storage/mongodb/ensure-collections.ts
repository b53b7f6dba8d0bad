import type { Db, MongoServerError } from 'mongodb'
import { errors } from '../../errors.ts'
import { DUPLICATE_KEY } from './failures.ts'
import { type CollectionSchema, collections } from './schema.ts'

const NAMESPACE_EXISTS = 48
const INDEX_OPTIONS_CONFLICT = [85, 86]
const UNAUTHORIZED = 13

/**
 * Makes what is missing of collections, validators and indexes and refuses what contradicts. Every step may be
 * repeated, and by several hosts at once.
 */
export async function ensureCollections(db: Db): Promise<void> {
  const existing = new Map((await db.listCollections().toArray()).map(found => [found.name, found]))
  for (const [name, { required, indexes }] of Object.entries(collections)) {
    await explained(name, async () => {
      const found = existing.get(name) as { options?: { validator?: object } } | undefined
      await ensureValidator(db, name, validatorOf(required), found && (found.options?.validator ?? {}))
      if (indexes.length > 0) await db.collection(name).createIndexes(indexes.map(index => ({ ...index })))
    })
  }
}

function validatorOf(required: CollectionSchema['required']): object {
  const properties = Object.fromEntries(Object.entries(required).map(([name, bsonType]) => [name, { bsonType }]))
  return { $jsonSchema: { bsonType: 'object', required: Object.keys(required), properties } }
}

/** `found`: the validator of the collection; undefined: there is no collection. */
async function ensureValidator(db: Db, name: string, validator: object, found: object | undefined): Promise<void> {
  const options = { validator, validationLevel: 'moderate', validationAction: 'error' } as const
  if (!found) {
    try {
      await db.createCollection(name, options)
      return
    } catch (error) {
      // Another host was faster.
      if ((error as MongoServerError).code !== NAMESPACE_EXISTS) throw error
    }
  }
  if (JSON.stringify(found) !== JSON.stringify(validator)) await db.command({ collMod: name, ...options })
}

async function explained(name: string, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code, message } = error as MongoServerError
    if (code === DUPLICATE_KEY || INDEX_OPTIONS_CONFLICT.includes(Number(code))) {
      const reason = `collection "${name}" contradicts its indexes: ${message}. Drop the index it names, or use another database.`
      throw new errors.HOST_ERR_STORE_OPEN(reason, { cause: error })
    }
    if (code === UNAUTHORIZED) {
      const reason = `the user may not set up collection "${name}": ${message}. Grant it readWrite and dbAdmin on this database.`
      throw new errors.HOST_ERR_STORE_OPEN(reason, { cause: error })
    }
    throw error
  }
}
