import type { Filter } from 'mongodb'
import { nameKeyOf, wordsOf } from '../../entities/name-key.ts'
import { decodeCursor, toListing } from '../cursor.ts'
import type { ClientQuery, ClientRecord, Listing, PageRequest } from '../port.ts'
import { toRecord } from './client-document.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { indexNames } from './schema.ts'

/** Up to so many clients with a word are collected and sorted; a commoner word is looked for along the list. */
const RARE = 1000

export async function listClients(
  { clients }: Collections,
  tenant: string,
  query: ClientQuery,
  { limit, cursor }: PageRequest
): Promise<Listing<ClientRecord>> {
  const position = decodeCursor('clients', cursor, 2)
  const words = query.search === undefined ? [] : wordsOf(nameKeyOf(query.search))
  if (query.search !== undefined && words.length === 0) return { items: [], nextCursor: null }
  const filters: Filter<ClientDocument>[] = [
    { tenant: { $eq: tenant }, ...afterName(position), ...equal(query) },
    ...words.map(startsWord)
  ]
  const found = await clients
    .find({ $and: filters }, await hintFor(clients, tenant, query, words))
    .sort({ nameKey: 1, _id: 1 })
    .limit(limit + 1)
    .toArray()
  return toListing('clients', found.map(toRecord), limit, record => [record.nameKey, record.id])
}

function equal({ status, connectionId, externalId }: ClientQuery): Filter<ClientDocument> {
  return {
    ...(status !== undefined && { status: { $eq: status } }),
    ...(connectionId !== undefined && { connectionId: { $eq: connectionId } }),
    ...(externalId !== undefined && { externalId: { $eq: externalId } })
  }
}

function afterName(position: readonly string[] | null): Filter<ClientDocument> {
  if (!position) return {}
  const [nameKey, id] = position as [string, string]
  return { nameKey: { $gte: nameKey }, $or: [{ nameKey: { $gt: nameKey } }, { _id: { $gt: id } }] }
}

/** A word is letters and digits only, so it needs no escapes; an index answers the anchored pattern with one range. */
function startsWord(word: string): Filter<ClientDocument> {
  return { words: { $regex: `^${word}` } }
}

/**
 * Whether a search begins with the words or with the list. Left to itself the planner may sort half of a tenant's
 * clients for the first page of a common word, or walk all of them for a rare one.
 */
async function hintFor(
  clients: Collections['clients'],
  tenant: string,
  { status, externalId }: ClientQuery,
  words: readonly string[]
): Promise<{ hint?: string }> {
  if (words.length === 0 || externalId !== undefined) return {}
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    const count = await clients.countDocuments(
      { tenant: { $eq: tenant }, ...startsWord(word) },
      { limit: RARE + 1, hint: indexNames.byWord }
    )
    if (count <= RARE) return { hint: indexNames.byWord }
  }
  return { hint: status === undefined ? indexNames.byName : indexNames.byStatus }
}
