import type { AnyBulkWriteOperation, ObjectId } from 'mongodb'
import type { ClientWrite, Lease, PageResult } from '../port.ts'
import { toDocument } from './client-document.ts'
import type { ClientDocument, Collections } from './documents.ts'
import { failedOnlyBy, LOST_RACES } from './failures.ts'
import { insertApart, type Refused, sortRefused } from './live-agreements.ts'

type Clients = Collections['clients']

/** Each write by its own compare-and-set. `mark` is of this page alone. */
export async function writeClients(
  { clients }: Collections,
  lease: Lease,
  writes: readonly ClientWrite[],
  mark: ObjectId
): Promise<PageResult> {
  const lost: string[] = []
  let waiting: ClientWrite[] = []
  for (const pass of passesOf(writes)) {
    const refused = await writeOnce(clients, lease, pass, mark)
    lost.push(...refused.lost.map(({ id }) => id))
    const ids = new Set(refused.conflicts.map(({ id }) => id))
    waiting = [...waiting, ...refused.freed, ...pass.filter(({ id }) => ids.has(id))]
  }
  // What stood in the way may have been freed by another write of the same page.
  const { conflicts, freed, ...again } = await writeOnce(clients, lease, waiting, mark)
  lost.push(...again.lost.map(({ id }) => id))
  for (const { id, expectedRev, record } of freed) {
    const isWritten = expectedRev === 0 && record && (await insertApart(clients, toDocument(record, 1, mark)))
    if (!isWritten) lost.push(id)
  }
  return { lost, conflicts }
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

const nothingRefused: Refused = { lost: [], conflicts: [], freed: [] }

async function writeOnce(
  clients: Clients,
  lease: Lease,
  writes: readonly ClientWrite[],
  mark: ObjectId
): Promise<Refused> {
  const statements = writes.flatMap(write => toStatement(lease, write, mark))
  const applied = statements.length === 0 ? 0 : await countApplied(clients, statements)
  // A bulk only counts; which of them were refused shows in whose mark is there.
  return applied === writes.length ? nothingRefused : sortRefused(clients, lease, writes, mark)
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
  if (record === null) return [{ deleteOne: { filter, hint: '_id_' } }]
  const { _id, ...replacement } = toDocument(record, expectedRev + 1, mark)
  return [{ replaceOne: { filter, replacement, hint: '_id_' } }]
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
