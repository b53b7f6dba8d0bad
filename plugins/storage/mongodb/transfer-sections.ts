import { type Collection, type Document, ObjectId } from 'mongodb'
import type { Installation, Transferred, TransferSection } from '../port.ts'
import { kindsOf } from '../run-kinds.ts'
import { OWN_META } from '../transfer-batch.ts'
import { activityId } from './activity.ts'
import { toDocument, toRecord } from './client-document.ts'
import type {
  ClientDocument,
  CollectionName,
  Collections,
  HistoryDocument,
  InstallationDocument,
  LossDocument,
  RunDocument,
  SeenDocument
} from './documents.ts'
import { toEntry, toDocument as toHistoryDocument } from './history.ts'
import { toInstallation } from './installations.ts'
import { lossId, toLoss } from './losses.ts'
import { toRun } from './run-document.ts'
import { seenId, toSeen } from './seen.ts'

/** How the documents of one section lie in the database. */
export interface Section<D> {
  readonly collection: Collection<Document>
  readonly filter: Document
  /** The fields of a unique index, in its order. */
  readonly key: readonly string[]
  /** The parts of an item's key as `_id`, where that is made of them and sorts as they do. */
  readonly idOf?: (parts: readonly string[]) => string
  readonly toDocument: (kept: Document) => D
  readonly toKept: (document: D) => Document
  /** Fields of the key that are no texts. */
  readonly fromText?: Readonly<Record<string, (text: string) => unknown>>
  /** One whose value in this field is larger stays as it is. */
  readonly newest?: string
}

/** Of what a host adds by a run; no lease is as old. */
const TRANSFERRED_TOKEN = 0

const byId = {
  filter: {},
  key: ['_id'],
  toDocument: ({ _id: id, ...kept }: Document): any => ({ id, ...kept }),
  toKept: ({ id, ...document }: { readonly id: string }): Document => ({ _id: id, ...document })
} as const

export function sectionsOf(collections: Collections): { readonly [S in TransferSection]: Section<Transferred[S]> } {
  const untyped = (name: CollectionName) => collections[name] as unknown as Collection<Document>
  return {
    connections: { ...byId, collection: untyped('connections'), newest: 'rev' },

    installations: {
      ...byId,
      collection: untyped('installations'),
      newest: 'token',
      toDocument: kept => toInstallation(kept as InstallationDocument),
      toKept: toInstallationDocument
    },

    runs: {
      ...byId,
      collection: untyped('runs'),
      newest: 'token',
      toDocument: kept => toRun(kept as RunDocument),
      // By a host's clock: this store did not see it end.
      toKept: ({ id, ...run }): RunDocument => ({
        ...{ _id: id, ...run },
        ended: run.endedAt === null ? null : new Date(run.endedAt),
        kinds: kindsOf(run)
      })
    },

    rejects: {
      collection: untyped('rejects'),
      filter: {},
      key: ['runId', 'key'],
      toDocument: ({ _id, token: _token, ...reject }) => reject as Transferred['rejects'],
      toKept: reject => ({ ...reject, token: TRANSFERRED_TOKEN })
    },

    clients: {
      ...byId,
      collection: untyped('clients'),
      newest: 'rev',
      toDocument: kept => toRecord(kept as ClientDocument),
      toKept: record => toDocument(record, record.rev, new ObjectId())
    },

    losses: {
      collection: untyped('losses'),
      filter: {},
      key: ['_id'],
      idOf: ([installationId, externalId]) => lossId(installationId!, externalId!),
      newest: 'token',
      toDocument: kept => ({ tenant: kept.tenant, ...toLoss(kept as LossDocument) }),
      toKept: row => ({ _id: lossId(row.installationId, row.externalId), ...row })
    },

    history: {
      collection: untyped('history'),
      filter: {},
      key: ['_id'],
      toDocument: kept => toEntry(kept as HistoryDocument),
      // By a host's clock: this store did not see it written.
      toKept: entry => toHistoryDocument(entry, new Date(entry.at))
    },

    seen: {
      collection: untyped('seen'),
      filter: {},
      key: ['_id'],
      idOf: ([installationId, key]) => seenId(installationId!, key!),
      toDocument: ({ tenant, installationId, ...kept }) => ({
        tenant,
        installationId,
        ...toSeen(kept as SeenDocument)
      }),
      // By a host's clock: this store did not see it written.
      toKept: row => ({
        _id: seenId(row.installationId, row.key),
        ...row,
        token: TRANSFERRED_TOKEN,
        isSetAside: row.setAside !== null,
        written: new Date(row.at)
      })
    },

    webhooks: { ...byId, collection: untyped('webhooks') },

    anchors: {
      collection: untyped('activityAnchors'),
      filter: {},
      key: ['_id'],
      newest: 'seq',
      toDocument: ({ _id: tenant, ...anchor }) => ({ tenant, ...anchor }) as Transferred['anchors'],
      toKept: ({ tenant, ...anchor }) => ({ _id: tenant, ...anchor })
    },

    activity: {
      collection: untyped('activity'),
      filter: {},
      key: ['tenant', 'seq'],
      fromText: { seq: Number },
      toDocument: ({ _id, ...entry }) => entry as Transferred['activity'],
      toKept: entry => ({ _id: activityId(entry), ...entry })
    },

    meta: {
      collection: untyped('meta'),
      filter: { $nor: [{ _id: new RegExp(`^${OWN_META}`) }] },
      key: ['_id'],
      toDocument: ({ _id: key, value }) => ({ key, value }),
      toKept: ({ key, value }) => ({ _id: key, value })
    }
  }
}

function toInstallationDocument({ id, ...installation }: Installation): InstallationDocument {
  const { wanted, dueAt, compareDueAt, leaseUntil } = installation
  const claimable = wanted === 'running' && dueAt !== null
  return {
    ...{ _id: id, ...installation },
    dueAt: toDate(dueAt),
    compareDueAt: new Date(compareDueAt),
    leaseUntil: toDate(leaseUntil),
    claimAt: claimable ? new Date(Math.max(dueAt, leaseUntil ?? 0)) : null,
    takenOver: false
  }
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
