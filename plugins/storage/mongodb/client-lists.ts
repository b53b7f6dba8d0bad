import type { Filter } from 'mongodb'
import { type ClientOrder, type PlannedQuery, placeOf, plan, turned } from '../client-query.ts'
import { PageBound, upToPage } from '../page-weight.ts'
import type { ClientQuery, ClientRecord, Total, TwoWayListing, TwoWayPageRequest } from '../port.ts'
import { compareText } from '../text-order.ts'
import { toRecord } from './client-document.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { pageOfWeighed, step, stepwise, type Weighed } from './steps.ts'

/** Up to so many clients with a word are collected and sorted; a commoner word is looked for along the list. */
const RARE = 1000

/**
 * Connections asked for in one statement: with three statuses each, the server merges as many stretches of an index
 * as there are of both; from 200 on it would sort all that it finds instead.
 */
const TOGETHER = 50

/** A total is not counted further. */
const MOST_COUNTED = 10_000

export const statuses = ['active', 'inactive', 'gone'] as const

type Position = readonly string[]
type Found = Weighed<ClientDocument>

const indexes = {
  nameKey: { hint: 'by-name', names: ['nameKey', '_id'] },
  updatedAt: { hint: 'by-change', names: ['updatedAt', '_id'] },
  id: { hint: 'in-order', names: ['_id'] }
} as const

export async function listClients(
  collections: Collections,
  tenant: string,
  query: ClientQuery,
  page: TwoWayPageRequest
): Promise<TwoWayListing<ClientRecord>> {
  const { targets, cursors } = collections
  const { list, order, words } = plan(query)
  const { from, back } = cursors.start(list, page)
  if (words?.length === 0) return { items: [], nextCursor: null, previousCursor: null }
  const planned = { list, order: back ? turned(order) : order, words }
  const connections = await targets.connectionsOf(tenant, query.connectionId)
  let found: Found[] = []
  for (let at = 0; at < connections.length; at += TOGETHER) {
    const some = connections.slice(at, at + TOGETHER)
    const next = await findClients(collections, tenant, some, query, planned, from, page.limit)
    found = found.length === 0 ? next : upToPage(sorted([...found, ...next], planned.order), page.limit, bytesOf)
  }
  const records = pageOfWeighed(found, page.limit, toRecord)
  return cursors.twoWayListing(list, records, page, record => placeOf(record, order))
}

const bytesOf = ({ bytes }: Found) => bytes

/** See ClientStore.total: counted in an index, up to a bound. */
export async function countClients(
  { clients, targets }: Collections,
  tenant: string,
  { status, connectionId }: Pick<ClientQuery, 'status' | 'connectionId'>
): Promise<Total> {
  const connections = await targets.connectionsOf(tenant, connectionId)
  let count = 0
  for (let at = 0; at < connections.length && count <= MOST_COUNTED; at += TOGETHER) {
    // Of a connection all clients are its tenant's: with the tenant asked for, each would have to be read.
    const filter = {
      connectionId: { $in: connections.slice(at, at + TOGETHER) },
      status: status === undefined ? { $in: [...statuses] } : { $eq: status }
    }
    count += await clients.countDocuments(filter, { hint: 'in-order', limit: MOST_COUNTED + 1 - count })
  }
  return { count: Math.min(count, MOST_COUNTED), exact: count <= MOST_COUNTED }
}

function sorted(found: Found[], order: ClientOrder): Found[] {
  const places = new Map(found.map(({ document }) => [document, placeOf({ ...document, id: document._id }, order)]))
  return found.sort((a, b) => {
    const [x, y] = [places.get(a.document)!, places.get(b.document)!]
    const up = compareText(x[0]!, y[0]!) || compareText(x.at(-1)!, y.at(-1)!)
    return order.down ? -up : up
  })
}

/** Up to a page, and the one behind it. */
async function findClients(
  { clients }: Collections,
  tenant: string,
  connections: readonly string[],
  query: ClientQuery,
  { order, words }: PlannedQuery,
  after: Position | null,
  limit: number
): Promise<Found[]> {
  const { status, externalId, changedSince, changedUntil } = query
  const of = { connectionId: { $in: [...connections] } }
  const filters: Filter<ClientDocument>[] = [
    { ...of, tenant: { $eq: tenant }, status: status === undefined ? { $in: [...statuses] } : { $eq: status } },
    ...(externalId === undefined ? [] : [{ externalId: { $eq: externalId } }]),
    ...(changedSince === undefined ? [] : [{ updatedAt: { $gte: changedSince } }]),
    ...(changedUntil === undefined ? [] : [{ updatedAt: { $lte: changedUntil } }]),
    ...(words ?? []).map(startsWord)
  ]
  const { names, hint: walked } = indexes[order.by]
  const hint = externalId !== undefined ? 'by-external-id' : await hintFor(clients, of, words ?? [], walked)
  const bound = new PageBound(limit)
  const found: Found[] = []
  for (const stretch of stretchesAfter(names, after, order.down)) {
    const next = clients
      .find({ $and: [...filters, ...stretch] }, { ...stepwise(limit), hint })
      .sort(Object.fromEntries(names.map(name => [name, order.down ? -1 : 1])))
      .limit(limit + 1 - found.length)
    found.push(...(await step(next, bound)))
    if (bound.isFull) break
  }
  return found
}

/**
 * What comes after a position: the rest of those that are equal to it but for their ids, then what is beyond. In one
 * filter the server would read all that are equal again for each page, and a whole sync may have written at one moment.
 */
function stretchesAfter(
  names: readonly string[],
  after: Position | null,
  down: boolean
): (readonly Filter<ClientDocument>[])[] {
  if (after === null) return [[]]
  const beyond = down ? '$lt' : '$gt'
  if (names.length === 1) return [[{ _id: { [beyond]: after[0] } } as Filter<ClientDocument>]]
  const [key, id] = after
  const equal = { [names[0]!]: { $eq: key }, _id: { [beyond]: id } } as Filter<ClientDocument>
  return [[equal], [{ [names[0]!]: { [beyond]: key } } as Filter<ClientDocument>]]
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
  of: Filter<ClientDocument>,
  words: readonly string[],
  walked: string
): Promise<string> {
  for (const word of [...words].sort((a, b) => b.length - a.length)) {
    const count = await clients.countDocuments({ ...of, ...startsWord(word) }, { limit: RARE + 1, hint: 'by-word' })
    if (count <= RARE) return 'by-word'
  }
  return walked
}
