import { nameKeyOf, wordsOf } from '../entities/name-key.ts'
import { errors } from '../errors.ts'
import type { ClientQuery, ClientRecord } from './port.ts'

type Order = NonNullable<ClientQuery['order']>

/** What a list of clients is sorted by, then by id. */
export interface ClientOrder {
  readonly by: 'nameKey' | 'updatedAt' | 'id'
  readonly down: boolean
}

const orders: Readonly<Record<Order, ClientOrder>> = {
  name: { by: 'nameKey', down: false },
  '-name': { by: 'nameKey', down: true },
  changed: { by: 'updatedAt', down: false },
  '-changed': { by: 'updatedAt', down: true },
  id: { by: 'id', down: false }
}

/** The same list from its other end. */
export function turned({ by, down }: ClientOrder): ClientOrder {
  return { by, down: !down }
}

/** A query as both adapters answer it. */
export interface PlannedQuery {
  readonly order: ClientOrder
  /** The name of the order and of nothing else: a cursor of one is no cursor of another. */
  readonly list: `clients-${ClientOrder['by']}` | `clients-${ClientOrder['by']}-down`
  /** null: no search; none: nothing is found. */
  readonly words: readonly string[] | null
}

/** Throws HOST_ERR_BAD_REQUEST for what an index cannot answer. */
export function plan({ search, order, externalId, changedSince, changedUntil }: ClientQuery): PlannedQuery {
  const words = search === undefined ? null : wordsOf(nameKeyOf(search))
  const planned = orders[words === null ? (order ?? 'name') : 'name']
  const bounded = changedSince !== undefined || changedUntil !== undefined
  if (bounded && planned.by !== 'updatedAt' && externalId === undefined) throw new errors.HOST_ERR_BAD_REQUEST()
  return { order: planned, list: `clients-${planned.by}${planned.down ? '-down' : ''}`, words }
}

/** Where a record stands in the order: the position that a cursor holds. */
export function placeOf(record: ClientRecord, { by }: ClientOrder): readonly string[] {
  return by === 'id' ? [record.id] : [record[by], record.id]
}
