/** A database as the host wrote it before complete passes and polls were apart: documents, validators and indexes. */
import { type Db, ObjectId } from 'mongodb'
import { at } from '../../../conformance/storage/fixtures.ts'
import { clients, connection, installations, nameOf, owner, run } from '../former-documents.ts'

/** What contradicts those of today, or is in their way. */
const indexes = {
  installations: [
    { key: { connectionId: 1, syncType: 1 }, name: 'by-sync-type', unique: true },
    { key: { claimAt: 1, leaseOwner: 1, dueAt: 1 }, name: 'by-claim' }
  ],
  clients: [
    { key: { connectionId: 1, externalId: 1 }, name: 'by-external-id', unique: true },
    { key: { tenant: 1, externalId: 1 }, name: 'by-tenant-external-id' },
    { key: { tenant: 1, nameKey: 1, _id: 1 }, name: 'by-name' },
    { key: { tenant: 1, status: 1, nameKey: 1, _id: 1 }, name: 'by-status' },
    { key: { tenant: 1, words: 1 }, name: 'by-word' },
    { key: { partKeys: 1, sortKey: 1 }, name: 'by-part' }
  ]
} as const

const required = {
  installations: ['tenant', 'checkpoint', 'pass', 'requested', 'token', 'rev', 'compareDueAt'],
  clients: ['tenant', 'connectionId', 'externalId', 'sortKey', 'parts', 'agreements', 'words', 'partKeys', 'mark']
}

/** @param now by the store's clock */
export async function makeFormerDatabase(db: Db, now: number): Promise<void> {
  for (const name of ['installations', 'clients'] as const) {
    await db.createCollection(name, { validator: { $jsonSchema: { required: required[name] } } })
    await db.collection(name).createIndexes(indexes[name].map(index => ({ ...index })))
  }
  await db.collection<any>('schema').insertOne({ _id: 'version', version: 1 })
  await db.collection<any>('connections').insertMany([
    { _id: owner, ...connection, accountKey: 'one' },
    { _id: 'con_unused', ...connection, accountKey: 'two' }
  ])
  await db.collection<any>('installations').insertMany(
    Object.entries(installations).map(([id, { dueInMs, compareDueInMs, ...installation }]) => {
      const dueAt = dueInMs === null ? null : new Date(now + dueInMs)
      const times = { dueAt, compareDueAt: new Date(now + compareDueInMs), leaseOwner: null, leaseUntil: null }
      return { _id: id, ...installation, syncType: id, ...times, claimAt: dueAt, takenOver: false }
    })
  )
  const staged = { tenant: 'acme', installationId: 'ins_approval', generation: 'g1', id: '4', token: 3 }
  await db.collection('staged').insertOne(staged)
  const { id, ...receipt } = run
  await db.collection<any>('runs').insertOne({ _id: id, ...receipt, ended: new Date(now) })
  await db.collection<any>('clients').insertMany(
    Object.entries(clients).map(([id, { parts, agreements }]) => ({
      ...{
        _id: `cli_${id}`,
        tenant: 'acme',
        connector: 'example',
        connectionId: owner,
        externalId: id,
        sortKey: `01${id}`
      },
      profile: { name: nameOf(id), address: null, emails: [], phones: [], websites: [] },
      ...{ nameKey: `client ${id}`, agreements, status: 'active', statusReason: null, statusSince: at(), parts },
      ...{ createdAt: at(), updatedAt: at(6), rev: 2, words: ['client', id], agreementCount: agreements.length },
      ...{ partKeys: parts.map(each => `${each.installationId}/${each.status}`), mark: new ObjectId() }
    }))
  )
}
