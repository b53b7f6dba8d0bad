/** Which client of a connection has which agreement: a unique index holds each that is not gone at one. */
import type { ObjectId } from 'mongodb'
import type { ClientWrite, Lease, PageResult } from '../port.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { isDuplicateKey } from './failures.ts'

type Clients = Collections['clients']

/** Writes that were not done. */
export interface Refused {
  /** By another revision than the expected one. */
  readonly lost: readonly ClientWrite[]
  readonly conflicts: PageResult['conflicts']
  /** By something that is not there any more. */
  readonly freed: readonly ClientWrite[]
}

type Stored = Pick<ClientDocument, '_id' | 'externalId' | 'rev' | 'mark' | 'live'>

const projection = { externalId: 1, rev: 1, mark: 1, live: 1 }

/** Of these writes, those that were not done, and why: read afterwards, as a bulk's errors name indexes in words only. */
export async function sortRefused(
  clients: Clients,
  { connectionId }: Lease,
  writes: readonly ClientWrite[],
  mark: ObjectId
): Promise<Refused> {
  const ids = writes.map(write => write.id)
  const stored = await clients.find<Stored>({ _id: { $in: ids } }, { projection, batchSize: ids.length + 1 }).toArray()
  const byId = new Map(stored.map(document => [document._id, document]))
  const refused = writes.filter(({ id, record }) => (record === null ? byId.has(id) : !byId.get(id)?.mark.equals(mark)))
  const taken = await externalIdsThere(clients, connectionId, refused)
  const isLost = ({ id, expectedRev, record }: ClientWrite) =>
    record === null ||
    (expectedRev === 0 ? byId.has(id) || taken.has(record.externalId) : byId.get(id)?.rev !== expectedRev)
  const open = refused.filter(write => !isLost(write))
  const holderOf = await holdersOf(clients, connectionId, open.flatMap(liveOf))
  const conflicts = open.flatMap(write =>
    liveOf(write).flatMap(agreement => {
      const holder = holderOf.get(agreement)
      return holder === undefined || holder === write.id ? [] : [{ id: write.id, agreement, holder }]
    })
  )
  const inConflict = new Set(conflicts.map(({ id }) => id))
  return { lost: refused.filter(isLost), conflicts, freed: open.filter(({ id }) => !inConflict.has(id)) }
}

async function externalIdsThere(
  clients: Clients,
  connectionId: string,
  writes: readonly ClientWrite[]
): Promise<Set<string>> {
  const externalIds = writes.flatMap(({ expectedRev, record }) =>
    expectedRev === 0 && record ? [record.externalId] : []
  )
  if (externalIds.length === 0) return new Set()
  const filter = { connectionId: { $eq: connectionId }, externalId: { $in: externalIds } }
  const found = await clients.find<Stored>(filter, { projection, hint: 'by-external-id' }).toArray()
  return new Set(found.map(({ externalId }) => externalId))
}

async function holdersOf(
  clients: Clients,
  connectionId: string,
  agreements: readonly string[]
): Promise<Map<string, string>> {
  if (agreements.length === 0) return new Map()
  const filter = { connectionId: { $eq: connectionId }, live: { $in: [...agreements] } }
  const found = await clients.find<Stored>(filter, { projection, hint: 'by-live-agreement' }).toArray()
  return new Map(found.flatMap(({ _id, live = [] }) => live.map(agreement => [agreement, _id])))
}

/**
 * For a server that goes on refusing inserts by a key that an update has freed (the one that the tests use does):
 * first the client, then what is live of it, by an update. false: that is another's now, and nothing was written.
 */
export async function insertApart(clients: Clients, document: ClientDocument): Promise<boolean> {
  const { live, ...rest } = document
  const own = {
    _id: { $eq: document._id },
    connectionId: { $eq: document.connectionId },
    rev: { $eq: document.rev },
    mark: { $eq: document.mark }
  }
  try {
    await clients.insertOne(rest)
    const { matchedCount } = await clients.updateOne(own, { $set: { live } } as object)
    return matchedCount === 1
  } catch (error) {
    if (!isDuplicateKey(error)) throw error
    await clients.deleteOne(own)
    return false
  }
}

function liveOf({ record }: ClientWrite): string[] {
  return (record?.agreements ?? []).filter(({ status }) => status !== 'gone').map(({ externalId }) => externalId)
}
