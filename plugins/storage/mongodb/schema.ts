import type { CreateIndexesOptions, IndexDirection } from 'mongodb'
import type { CollectionName } from './documents.ts'

type Index = CreateIndexesOptions & { readonly key: Readonly<Record<string, IndexDirection>>; readonly name: string }

export interface CollectionSchema {
  /** What a sharded cluster is to be told for it (docs/scale.md), beginning of every unique index; null: it stays on one shard. */
  readonly shardKey: readonly string[] | null
  /** BSON types of the fields that must be there. */
  readonly required: Readonly<Record<string, string | readonly string[]>>
  readonly indexes: readonly Index[]
}

/** A budget that nobody asked for so long is full again, and as good as none. */
const IDLE_BUDGET_SECONDS = 7 * 24 * 3600

const text = 'string'
const textOrNull = ['string', 'null']
const date = 'date'
const dateOrNull = ['date', 'null']
const number = 'number'
const object = 'object'
const objectOrNull = ['object', 'null']
const array = 'array'

/** The server takes away what has ended, within a minute or so. */
const ending = { key: { ends: 1 }, name: 'ending', expireAfterSeconds: 0 } as const

/** Documents without the field stand in no such index. */
const having = (field: string) => ({ partialFilterExpression: { [field]: { $exists: true } } })

const withAgreements = { partialFilterExpression: { agreementCount: { $gt: 0 } } }

/** Actors have names, the host has none. */
export const byPeople = { actor: { $type: 'string' } } as const

/** What stands here must be what the newest migration leaves: a change that older documents do not meet needs one. */
export const collections: Readonly<Record<CollectionName, CollectionSchema>> = {
  connections: {
    shardKey: ['tenant'],
    required: { tenant: text, connector: text, accountKey: text, sealed: object, state: object, rev: number },
    indexes: [
      { key: { tenant: 1, connector: 1, accountKey: 1 }, name: 'by-account', unique: true },
      { key: { tenant: 1, connector: 1, 'account.id': 1 }, name: 'by-account-id' },
      { key: { tenant: 1, createdAt: 1, _id: 1 }, name: 'by-age' },
      { key: { updatedAt: 1, _id: 1 }, name: 'by-update' },
      { key: { 'lastValidation.at': 1, _id: 1 }, name: 'by-check' },
      { key: { 'sealed.kek': 1, _id: 1 }, name: 'by-key' }
    ]
  },
  installations: {
    shardKey: ['tenant'],
    required: {
      ...{ tenant: text, connector: text, connectionId: text, syncType: text, wanted: text, settings: object },
      ...{ resolved: object, poll: objectOrNull, pass: objectOrNull, hold: objectOrNull, taken: array },
      ...{ requested: objectOrNull, failures: number, passFailures: number, token: number, rev: number },
      ...{ dueAt: dateOrNull, compareDueAt: date, leaseOwner: textOrNull, leaseUntil: dateOrNull, claimAt: dateOrNull }
    },
    indexes: [
      { key: { tenant: 1, connectionId: 1, syncType: 1 }, name: 'by-connection', unique: true },
      { key: { tenant: 1, createdAt: 1, _id: 1 }, name: 'by-age' },
      { key: { tenant: 1, connector: 1, createdAt: 1, _id: 1 }, name: 'by-connector' },
      { key: { claimAt: 1, leaseOwner: 1, tenant: 1, connectionId: 1 }, name: 'by-claim' },
      { key: { wanted: 1, tenant: 1 }, name: 'by-wanted' },
      { key: { 'hold.revision': 1 }, name: 'held', partialFilterExpression: { 'hold.revision': { $gt: 0 } } },
      { key: { 'misfits.count': 1 }, name: 'misfitted', partialFilterExpression: { 'misfits.count': { $gt: 0 } } }
    ]
  },
  runs: {
    shardKey: ['tenant', '_id'],
    required: { tenant: text, installationId: text, status: text, token: number, ended: dateOrNull },
    indexes: [
      { key: { installationId: 1, _id: -1 }, name: 'by-installation' },
      { key: { installationId: 1, kinds: 1, _id: -1 }, name: 'by-installation-and-kind' },
      { key: { tenant: 1, _id: -1 }, name: 'by-tenant' },
      { key: { tenant: 1, kinds: 1, _id: -1 }, name: 'by-kind' },
      { key: { ended: 1 }, name: 'by-end' }
    ]
  },
  rejects: {
    shardKey: ['runId'],
    required: { tenant: text, installationId: text, runId: text, key: text, reason: text, token: number },
    indexes: [
      { key: { runId: 1, key: 1 }, name: 'by-run', unique: true },
      { key: { installationId: 1 }, name: 'by-installation' }
    ]
  },
  clients: {
    // Not finer: an agreement is live once in a connection, and no unique index spans shards.
    shardKey: ['connectionId'],
    required: {
      ...{ tenant: text, connectionId: text, externalId: text, sortKey: text, nameKey: text, profile: object },
      ...{
        status: text,
        parts: array,
        agreements: array,
        rev: number,
        words: array,
        partKeys: array,
        mark: 'objectId'
      },
      updatedAt: text
    },
    indexes: [
      { key: { connectionId: 1, externalId: 1 }, name: 'by-external-id', unique: true },
      { key: { connectionId: 1, live: 1 }, name: 'by-live-agreement', unique: true, ...having('live') },
      { key: { connectionId: 1, status: 1, nameKey: 1, _id: 1 }, name: 'by-name' },
      { key: { connectionId: 1, status: 1, updatedAt: 1, _id: 1 }, name: 'by-change' },
      { key: { connectionId: 1, status: 1, _id: 1 }, name: 'in-order' },
      { key: { connectionId: 1, words: 1 }, name: 'by-word' },
      { key: { connectionId: 1, partKeys: 1, sortKey: 1 }, name: 'by-part' },
      { key: { connectionId: 1, changing: 1 }, name: 'by-changing-day', ...having('changing') },
      { key: { connectionId: 1, status: 1, _id: 1, agreementCount: 1 }, name: 'with-agreements', ...withAgreements },
      {
        key: { connectionId: 1, 'agreements.status': 1, status: 1, _id: 1 },
        name: 'by-agreement-status',
        ...withAgreements
      }
    ]
  },
  losses: {
    shardKey: ['installationId'],
    required: {
      ...{ tenant: text, installationId: text, externalId: text, clientId: text, clientName: text, items: array },
      ...{ state: text, by: text, token: number, at: text }
    },
    indexes: [
      { key: { installationId: 1, state: 1, externalId: 1 }, name: 'by-state' },
      { key: { installationId: 1, by: 1, state: 1, externalId: 1 }, name: 'by-stager' },
      { key: { installationId: 1, state: 1, 'items.kind': 1, externalId: 1 }, name: 'by-kind' }
    ]
  },
  history: {
    shardKey: ['connectionId'],
    required: {
      ...{ tenant: text, connectionId: text, clientId: text, externalId: text, installationId: text, runId: text },
      ...{ by: textOrNull, undoes: 'bool', rev: number, at: text, changes: array, part: object, former: textOrNull },
      written: date
    },
    indexes: [
      { key: { installationId: 1, runId: 1, undoes: 1, _id: 1 }, name: 'by-run' },
      { key: { written: 1 }, name: 'by-age' }
    ]
  },
  seen: {
    shardKey: ['installationId'],
    required: {
      ...{ tenant: text, installationId: text, key: text, stamps: object, leftOut: objectOrNull },
      ...{ setAside: textOrNull, isSetAside: 'bool', at: text, token: number, written: date }
    },
    indexes: [{ key: { installationId: 1, isSetAside: 1, written: 1 }, name: 'by-age' }]
  },
  budgets: {
    shardKey: ['_id'],
    required: { countedAt: date },
    indexes: [{ key: { countedAt: 1 }, name: 'idle', expireAfterSeconds: IDLE_BUDGET_SECONDS }]
  },
  replies: {
    shardKey: ['_id'],
    required: { digest: text, answer: textOrNull, begun: date, ends: date, by: 'objectId' },
    indexes: [ending]
  },
  activity: {
    shardKey: ['tenant'],
    required: { tenant: text, seq: number, action: text, mac: text, details: object },
    indexes: [
      { key: { tenant: 1, seq: 1 }, name: 'by-number', unique: true },
      { key: { tenant: 1, actor: 1, seq: -1 }, name: 'by-actor' },
      { key: { tenant: 1, action: 1, seq: -1 }, name: 'by-action' },
      { key: { tenant: 1, seq: -1 }, name: 'of-people', partialFilterExpression: byPeople }
    ]
  },
  webhooks: {
    shardKey: ['tenant'],
    required: { tenant: text, url: text, createdAt: text },
    indexes: [{ key: { tenant: 1, createdAt: 1, _id: 1 }, name: 'by-age' }]
  },
  // Few, and claimed by when they are due: on one shard.
  deliveries: {
    shardKey: null,
    required: { tenant: text, webhookId: text, body: text, tries: number, dueAt: dateOrNull, finished: dateOrNull },
    indexes: [
      { key: { dueAt: 1 }, name: 'by-due' },
      { key: { finished: 1 }, name: 'by-end' },
      { key: { webhookId: 1, createdAt: -1, _id: -1 }, name: 'by-webhook-age' }
    ]
  },
  activityAnchors: { shardKey: ['_id'], required: { seq: number, mac: text, anchorMac: text }, indexes: [] },
  counters: {
    shardKey: ['_id'],
    required: { count: number, until: date },
    indexes: [{ key: { until: 1 }, name: 'ended', expireAfterSeconds: 60 }]
  },
  meta: { shardKey: null, required: { value: text }, indexes: [] },
  sessions: {
    shardKey: ['_id'],
    required: { tenant: text, sub: text, permissions: array, formKey: text, ends: date, latest: date },
    indexes: [ending]
  },
  links: {
    shardKey: ['_id'],
    required: { tenant: text, sub: text, permissions: array, to: text, ends: date },
    indexes: [ending]
  },
  drafts: {
    shardKey: ['tenant', 'sub'],
    required: { tenant: text, sub: text, connector: text, syncType: text, progress: object, rev: number, ends: date },
    indexes: [ending, { key: { tenant: 1, sub: 1, connector: 1, syncType: 1, changed: -1 }, name: 'by-person' }]
  }
}

export function shardKeyOf(collection: string): readonly string[] | null {
  return collections[collection as CollectionName].shardKey
}
