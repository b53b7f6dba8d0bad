/** Where a statement goes on a sharded cluster: whether it names the shard key of its collection. */
import type { Document } from 'mongodb'
import type { MongoCommand } from '../../../../plugins/storage/mongodb/open.ts'
import { collections } from '../../../../plugins/storage/mongodb/schema.ts'

interface Statement {
  readonly filter: Document
  /** One document, or one that is made: the whole key is needed, as a value. */
  readonly isOne: boolean
}

/** In words, each statement of a command that goes to every shard, or that a cluster would refuse. */
export function unrouted({ name, body }: MongoCommand): string[] {
  const collection = String(body[name] ?? '')
  const key = Object.hasOwn(collections, collection)
    ? collections[collection as keyof typeof collections].shardKey
    : null
  if (key === null) return []
  return statementsOf(name, body)
    .filter(({ filter, isOne }) => (isOne ? !key.every(field => isEqual(filter, field)) : !isNamed(filter, key[0]!)))
    .map(({ filter, isOne }) => `${isOne ? 'one' : 'many'} of ${collection} (${name}) by ${fieldsOf(filter)}`)
}

function statementsOf(name: string, body: Document): Statement[] {
  switch (name) {
    case 'insert':
      return body.documents.map((filter: Document) => ({ filter, isOne: true }))
    case 'find':
      return [{ filter: body.filter ?? {}, isOne: false }]
    case 'aggregate':
      return [{ filter: body.pipeline[0]?.$match ?? {}, isOne: false }]
    case 'distinct':
      return [{ filter: body.query ?? {}, isOne: false }]
    case 'update':
      return body.updates.map(({ q, multi }: Document) => ({ filter: q, isOne: !multi }))
    case 'delete':
      return body.deletes.map(({ q, limit }: Document) => ({ filter: q, isOne: limit === 1 }))
    case 'findAndModify':
      return [{ filter: body.query, isOne: true }]
    default:
      return []
  }
}

function conditions(filter: Document): [string, unknown][] {
  return Object.entries(filter).flatMap(([field, value]) =>
    field === '$and' ? value.flatMap(conditions) : [[field, value] as [string, unknown]]
  )
}

function isEqual(filter: Document, field: string): boolean {
  return conditions(filter).some(
    ([name, value]) => name === field && (typeof value === 'string' || Object.hasOwn((value ?? {}) as object, '$eq'))
  )
}

function isNamed(filter: Document, field: string): boolean {
  const inList = ([name, value]: [string, unknown]) => name === field && Object.hasOwn((value ?? {}) as object, '$in')
  return isEqual(filter, field) || conditions(filter).some(inList)
}

function fieldsOf(filter: Document): string {
  const fields = new Set(conditions(filter).map(([field]) => field))
  return [...fields].sort().join(', ') || 'nothing'
}
