import { type AnyBulkWriteOperation, ObjectId } from 'mongodb'
import type { ClientWrite, Lease } from '../port.ts'
import { toDocument } from './client-document.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { failedOnlyBy, LOST_RACES } from './failures.ts'
import { fenced, requireHeld } from './fence.ts'

type Clients = Collections['clients']

/** Each write by its own compare-and-set; the ids that lost. */
export async function writeClients(
  collections: Collections,
  lease: Lease,
  writes: readonly ClientWrite[]
): Promise<string[]> {
  const { clients } = collections
  const mark = new ObjectId()
  const inserted = writes.filter(write => write.expectedRev === 0 && write.record).map(write => write.id)
  const work = async () => {
    const lost: string[] = []
    for (const pass of passesOf(writes)) lost.push(...(await writeOnce(clients, lease, pass, mark)))
    return lost
  }
  if (inserted.length > 0) {
    return fenced(collections, lease, work, () => clients.deleteMany({ _id: { $in: inserted }, rev: 1, mark }))
  }
  await requireHeld(collections, lease)
  return work()
}

/** Statements of an unordered bulk may run in any order: a second write of the same client waits for the next pass. */
function passesOf(writes: readonly ClientWrite[]): ClientWrite[][] {
  const passes: ClientWrite[][] = []
  const times = new Map<string, number>()
  for (const write of writes) {
    const time = times.get(write.id) ?? 0
    times.set(write.id, time + 1)
    passes[time] ??= []
    passes[time].push(write)
  }
  return passes
}

async function writeOnce(clients: Clients, lease: Lease, writes: ClientWrite[], mark: ObjectId): Promise<string[]> {
  const statements = writes.flatMap(write => toStatement(lease, write, mark))
  const applied = statements.length === 0 ? 0 : await countApplied(clients, statements)
  // A bulk only counts; which of them lost shows in whose mark is there.
  return applied === writes.length ? [] : findLost(clients, writes, mark)
}

type Statement = AnyBulkWriteOperation<ClientDocument>

function toStatement(lease: Lease, { id, expectedRev, record }: ClientWrite, mark: ObjectId): Statement[] {
  if (expectedRev === 0) {
    // Deleting what must not be there takes no statement: it is done if it is not there.
    return record === null ? [] : [{ insertOne: { document: toDocument(record, 1, mark) } }]
  }
  const newer = { installationId: lease.installationId, token: { $gt: lease.token } }
  const filter = {
    _id: { $eq: id },
    tenant: { $eq: lease.tenant },
    connectionId: { $eq: lease.connectionId },
    rev: { $eq: expectedRev },
    parts: { $not: { $elemMatch: newer } }
  }
  if (record === null) return [{ deleteOne: { filter } }]
  const { _id, ...replacement } = toDocument(record, expectedRev + 1, mark)
  return [{ replaceOne: { filter, replacement } }]
}

/** How many went through; others lost a compare-and-set, a unique key or a write conflict. */
async function countApplied(clients: Clients, statements: Statement[]): Promise<number> {
  try {
    const { insertedCount, matchedCount, deletedCount } = await clients.bulkWrite(statements, { ordered: false })
    return insertedCount + matchedCount + deletedCount
  } catch (error) {
    if (!failedOnlyBy(error, LOST_RACES)) throw error
    return error.insertedCount + error.matchedCount + error.deletedCount
  }
}

async function findLost(clients: Clients, writes: readonly ClientWrite[], mark: ObjectId): Promise<string[]> {
  const ids = writes.map(write => write.id)
  const stored = await clients
    .find({ _id: { $in: ids } }, { projection: { mark: 1 }, batchSize: ids.length + 1 })
    .toArray()
  const marks = new Map(stored.map(document => [document._id, document.mark]))
  const done = ({ id, record }: ClientWrite) => (record === null ? !marks.has(id) : marks.get(id)?.equals(mark))
  return writes.filter(write => !done(write)).map(write => write.id)
}
