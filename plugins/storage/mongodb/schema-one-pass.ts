/** One pass: polls and passes apart, losses and what was seen, one live row for each agreement, lists in every order. */
import type { Collection, Db, Document } from 'mongodb'
import { ensureCollections } from './ensure-collections.ts'
import { failedOnlyBy, isDuplicateKey, LOST_RACES } from './failures.ts'
import { collections } from './schema.ts'

/** May be cut anywhere and repeated: each step looks for what it has not yet changed. */
export async function onePass(db: Db): Promise<void> {
  await dropFormerIndexes(db)
  await ensureCollections(db)
  await changeConnections(db)
  await changeInstallations(db)
  const clients = db.collection<Document>('clients')
  for (const connectionId of await clients.distinct('connectionId')) await changeClients(clients, connectionId)
  if ((await db.listCollections({ name: 'staged' }).toArray()).length > 0) await db.dropCollection('staged')
}

/** Those that are no more, and those whose name another key has now. */
async function dropFormerIndexes(db: Db): Promise<void> {
  for (const { name } of await db.listCollections({}, { nameOnly: true }).toArray()) {
    if (!Object.hasOwn(collections, name)) continue
    const today = new Map(collections[name as keyof typeof collections].indexes.map(index => [index.name, index.key]))
    for (const found of await db.collection(name).indexes()) {
      if (found.name === '_id_' || JSON.stringify(today.get(found.name!)) === JSON.stringify(found.key)) continue
      await db.collection(name).dropIndex(found.name!)
    }
  }
}

/** A connection has worked when a complete pass over it has. */
async function changeConnections(db: Db): Promise<void> {
  const connections = db.collection<Document>('connections')
  for await (const { _id } of connections.find({ trouble: { $exists: false } }, { projection: { _id: 1 } })) {
    const found = await db.collection('installations').find({ connectionId: _id }).toArray()
    const passes = found.flatMap(({ lastPass }) => (lastPass ? [String(lastPass.startedAt)] : [])).sort()
    const fields = { trouble: null, workedAt: passes.at(-1) ?? null, lastValidation: null }
    await connections.updateOne({ _id }, { $set: fields })
  }
}

/** A pass under way and an approval are dropped, and the compare is due at once; polls go on where they were. */
async function changeInstallations(db: Db): Promise<void> {
  const isLeft = (field: string) => ({ $ne: [{ $ifNull: [`$${field}`, null] }, null] })
  const waited = {
    $and: [isLeft('approval'), { $not: [isLeft('attention')] }, { $eq: ['$wanted', 'running'] }]
  }
  const mark = { $ifNull: ['$checkpoint.mark', null] }
  const poll = { mark, memo: null, deepAt: null, alwaysDeep: false }
  await db.collection('installations').updateMany({ poll: { $exists: false } }, [
    {
      $set: {
        poll: { $cond: [{ $eq: [mark, null] }, null, poll] },
        dueAt: { $cond: [waited, '$$NOW', '$dueAt'] },
        compareDueAt: {
          $cond: [{ $or: [isLeft('approval'), isLeft('pass')] }, { $min: ['$compareDueAt', '$$NOW'] }, '$compareDueAt']
        },
        ...{ pass: null, misfits: null, hold: null, resettled: null, passFailures: 0 },
        ...{ resolved: { $literal: {} }, taken: { $literal: [] } }
      }
    },
    {
      $set: {
        claimAt: {
          $cond: [
            { $and: [{ $eq: ['$wanted', 'running'] }, { $ne: ['$dueAt', null] }] },
            { $max: [{ $min: ['$dueAt', '$compareDueAt'] }, '$leaseUntil'] },
            null
          ]
        }
      }
    },
    { $unset: ['checkpoint', 'approval'] }
  ])
}

type Clients = Collection<Document>

/** Rounds of finding agreements that are live twice: a host that still writes may make some. */
const ROUNDS = 5

async function changeClients(clients: Clients, connectionId: string): Promise<void> {
  for (let round = 1; ; round++) {
    await closeDoubles(clients, connectionId)
    try {
      await fillLive(clients, connectionId)
      return
    } catch (error) {
      const isTaken = isDuplicateKey(error) || failedOnlyBy(error, LOST_RACES)
      if (!isTaken || round === ROUNDS) throw error
    }
  }
}

const isLive = { $ne: ['$$agreement.status', 'gone'] }

async function fillLive(clients: Clients, connectionId: string): Promise<void> {
  const live = {
    $map: {
      input: { $filter: { input: '$agreements', as: 'agreement', cond: isLive } },
      as: 'agreement',
      in: '$$agreement.externalId'
    }
  }
  const missing = { connectionId, live: { $exists: false }, agreements: { $elemMatch: { status: { $ne: 'gone' } } } }
  await clients.updateMany(missing, [{ $set: { live } }])
}

interface Double {
  /** External id of the agreement. */
  readonly _id: string
  readonly holders: readonly { readonly client: string; readonly at: string; readonly changed: string }[]
}

/**
 * An agreement that was live at two clients stays so at the one that was written last. The others are judged anew by
 * their next pass: their hash is none.
 */
async function closeDoubles(clients: Clients, connectionId: string): Promise<void> {
  const doubles = clients.aggregate<Double>(
    [
      { $match: { connectionId, agreementCount: { $gt: 0 } } },
      { $unwind: '$agreements' },
      { $match: { 'agreements.status': { $ne: 'gone' } } },
      {
        $group: {
          _id: '$agreements.externalId',
          holders: { $push: { client: '$_id', at: '$agreements.updatedAt', changed: '$updatedAt' } }
        }
      },
      { $match: { 'holders.1': { $exists: true } } }
    ],
    { allowDiskUse: true }
  )
  for await (const { _id: agreement, holders } of doubles) {
    const newestFirst = holders.toSorted((a, b) => (placeOf(a) < placeOf(b) ? 1 : -1))
    for (const { client } of newestFirst.slice(1)) await close(clients, client, agreement)
  }
}

function placeOf({ client, at, changed }: Double['holders'][number]): string {
  return [at, changed, client].join(' ')
}

async function close(clients: Clients, client: string, agreement: string): Promise<void> {
  const now = new Date().toISOString()
  await clients.updateOne(
    { _id: client as never },
    {
      $set: {
        ...{ 'agreements.$[it].status': 'gone', 'agreements.$[it].updatedAt': now, updatedAt: now },
        'parts.$[].hash': ''
      },
      $unset: { live: '' },
      $inc: { rev: 1 }
    },
    { arrayFilters: [{ 'it.externalId': agreement }] }
  )
}
