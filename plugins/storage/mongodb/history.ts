import type { FindCursor } from 'mongodb'
import { entriesOf } from '../../entities/history.ts'
import { countingEntries, listHistory, ofClientsThatFit, ofNextClients, type WeighedEntry } from '../history-chain.ts'
import { type Page, PageBound, takePage } from '../page-weight.ts'
import type { ClientRecord, ClientWrite, HistoryEntry, HistoryStore, Lease } from '../port.ts'
import type { Collections, HistoryDocument } from './documents.ts'
import { repeated } from './failures.ts'
import { pageOfWeighed, step, stepwise } from './steps.ts'

type Names = Pick<ClientRecord, 'parts' | 'connectionId'>

export function historyStore(collections: Collections): HistoryStore {
  const { history, clients, targets, cursors } = collections
  return {
    async list(tenant, clientId, page) {
      const found = await clients.findOne<Names>(
        { _id: { $eq: clientId }, tenant: { $eq: tenant } },
        { projection: { connectionId: 1, 'parts.installationId': 1, 'parts.lastChange': 1 } }
      )
      if (!found) return { items: [], nextCursor: null }
      const { from } = entriesOf(clientId)
      const connectionId = { $eq: found.connectionId }
      return listHistory(cursors, { id: clientId, parts: found.parts }, page, (before, limit) => {
        const of = { connectionId, _id: { $gt: from, $lt: before } }
        return entriesFound(history.find(of, { hint: '_id_', ...stepwise(limit) }).sort({ _id: -1 }), limit)
      })
    },

    async ofRun(tenant, installationId, runId, afterClient, most) {
      const connectionId = await targets.connectionOf(installationId)
      const of = {
        connectionId: { $eq: connectionId },
        installationId: { $eq: installationId },
        runId: { $eq: runId },
        undoes: { $eq: false }
      }
      const ofNext = await ofNextClients(afterClient, most, (last, limit) => {
        const entries = history.find({ ...of, _id: { $gt: last } }, { hint: 'by-run', ...stepwise(limit) })
        return entriesFound(entries.sort({ _id: 1 }), limit)
      })
      const { ids } = ofNext
      const records = clients
        .find<Names & { readonly _id: string; readonly bytes: number }>(
          { _id: { $in: ids }, connectionId: { $eq: connectionId }, tenant: { $eq: tenant } },
          {
            ...stepwise(ids.length),
            projection: { 'parts.installationId': 1, 'parts.lastChange': 1, bytes: { $bsonSize: '$$ROOT' } }
          }
        )
        .sort({ _id: 1 })
      const weighed = await step(records, new PageBound(ids.length), ({ bytes }) => bytes)
      const page = pageOfWeighed(weighed, ids.length, ({ _id: id, parts }) => ({ id, parts }))
      const { found, next, parts } = ofClientsThatFit(ofNext, page)
      const entries = await countingEntries(found, parts, wanted =>
        history
          .find(
            { connectionId: { $eq: connectionId }, _id: { $in: [...wanted] } },
            { projection: { installationId: 1, former: 1 }, batchSize: wanted.length + 1 }
          )
          .map(({ _id: id, installationId: of, former }) => ({ id, installationId: of, former }))
          .toArray()
      )
      return { entries, next }
    },

    async prune(olderThanMs, limit) {
      const written = { $lte: new Date((await collections.now()) - olderThanMs) }
      const found = await history
        .find({ written }, { projection: { connectionId: 1 }, hint: 'by-age' })
        .sort({ written: 1 })
        .limit(limit)
        .toArray()
      if (found.length === 0) return 0
      const connectionId = { $in: [...new Set(found.map(entry => entry.connectionId))] }
      const ids = found.map(({ _id }) => _id)
      return (await repeated(() => history.deleteMany({ connectionId, _id: { $in: ids } }))).deletedCount
    }
  }
}

/** Before the clients are written: an entry whose write does not come is named by no client, and does not count. */
export async function putHistory(collections: Collections, writes: readonly ClientWrite[]): Promise<void> {
  const written = new Date(await collections.now())
  const documents = writes.flatMap(({ entry }) => (entry ? [toDocument(entry, written)] : []))
  await collections.history.insertMany(documents, { ordered: false })
}

/** What came after an erasure. Of clients that are there it stays: those that were written name it, at others it does not count. */
export async function takeBackHistory(
  { history, clients }: Collections,
  { connectionId, installationId }: Lease,
  writes: readonly ClientWrite[]
): Promise<void> {
  const of = { connectionId: { $eq: connectionId } }
  const there = await clients
    .find(
      { ...of, _id: { $in: writes.map(({ id }) => id) }, 'parts.installationId': { $eq: installationId } },
      { projection: { _id: 1 } }
    )
    .toArray()
  const ids = new Set(there.map(({ _id }) => _id))
  const gone = writes.flatMap(({ id, entry }) => (entry && !ids.has(id) ? [entry.id] : []))
  if (gone.length > 0) await history.deleteMany({ ...of, _id: { $in: gone } })
}

export async function removeHistoryOf({ history }: Collections, connectionId: string, clientId: string): Promise<void> {
  const { from, to } = entriesOf(clientId)
  await repeated(() => history.deleteMany({ connectionId: { $eq: connectionId }, _id: { $gt: from, $lt: to } }))
}

export function toDocument({ id, ...entry }: HistoryEntry, written: Date): HistoryDocument {
  return { _id: id, ...entry, undoes: entry.by !== null, written }
}

export function toEntry({ _id: id, undoes: _undoes, written: _written, ...entry }: HistoryDocument): HistoryEntry {
  return { id, ...entry }
}

/** @param found with the options of `stepwise` */
async function entriesFound(found: FindCursor<HistoryDocument>, limit: number): Promise<Page<WeighedEntry>> {
  const weighed = await step(found.limit(limit + 1), new PageBound(limit))
  return takePage(
    weighed,
    limit,
    ({ bytes }) => bytes,
    ({ document, bytes }) => ({ entry: toEntry(document), weight: bytes })
  )
}
