import type { Collection, Db, ObjectId } from 'mongodb'
import type {
  ActivityAnchor,
  ActivityEntry,
  ClientRecord,
  Connection,
  Draft,
  Installation,
  Run,
  Session,
  SignInLink,
  StoredReject
} from '../port.ts'

/** Stored under `_id` what the host calls `id`. */
type Kept<T extends { readonly id: string }> = Omit<T, 'id'> & { readonly _id: string }

export type ConnectionDocument = Kept<Connection>

export type InstallationDocument = Omit<Kept<Installation>, 'dueAt' | 'compareDueAt' | 'leaseUntil'> & {
  readonly dueAt: Date | null
  readonly compareDueAt: Date
  readonly leaseUntil: Date | null
  /** When it may next be claimed: the later of dueAt and leaseUntil; null: not at all. Every write keeps it true. */
  readonly claimAt: Date | null
  /** Set by a claim: the former holder had not released. */
  readonly takenOver: boolean
}

export type RunDocument = Kept<Run> & {
  /** The store's clock when the end was saved; the run's own `endedAt` is a host's. */
  readonly ended: Date | null
}

export type RejectDocument = StoredReject & {
  readonly _id: ObjectId
  readonly tenant: string
  readonly installationId: string
  readonly token: number
}

export type ClientDocument = Kept<ClientRecord> & {
  /** Of nameKey, each once, for search. */
  readonly words: readonly string[]
  /** `{installationId}/{status}` of each part. */
  readonly partKeys: readonly string[]
  readonly agreementCount: number
  /** One for each call of `write`: tells whose revision this is. */
  readonly mark: ObjectId
}

export interface StagedDocument {
  readonly _id: ObjectId
  readonly tenant: string
  readonly installationId: string
  readonly generation: string
  readonly id: string
  readonly token: number
}

export interface BudgetDocument {
  /** The vendor account. */
  readonly _id: string
  /** What was in the bucket at countedAt; missing: nobody has taken from it, it is full. */
  readonly tokens?: number
  readonly countedAt: Date
  readonly holdUntil: Date | null
  /** After a throttling: of the full pace, at pacedAt. */
  readonly pace?: number
  readonly pacedAt?: Date
  readonly shares?: Readonly<Record<string, { readonly tokens: number; readonly countedAt: Date }>>
  /** The answer to the last take. */
  readonly granted?: number
  readonly waitMs?: number
}

export type ActivityDocument = ActivityEntry & { readonly _id: string }

export type AnchorDocument = ActivityAnchor & { readonly _id: string }

export interface CounterDocument {
  readonly _id: string
  readonly count: number
  readonly until: Date
  /** The answer to the last hit. */
  readonly resetInMs: number
}

export interface MetaDocument {
  readonly _id: string
  readonly value: string
}

export type SessionDocument = Kept<Session> & {
  readonly ends: Date
  /** Not past this, however often it is touched. */
  readonly latest: Date
}

export type LinkDocument = Kept<SignInLink> & { readonly ends: Date }

export type DraftDocument = Kept<Draft> & { readonly changed: Date; readonly ends: Date }

export interface Collections {
  readonly connections: Collection<ConnectionDocument>
  readonly installations: Collection<InstallationDocument>
  readonly runs: Collection<RunDocument>
  readonly rejects: Collection<RejectDocument>
  readonly clients: Collection<ClientDocument>
  readonly staged: Collection<StagedDocument>
  readonly budgets: Collection<BudgetDocument>
  readonly counters: Collection<CounterDocument>
  readonly activity: Collection<ActivityDocument>
  /** By tenant. */
  readonly activityAnchors: Collection<AnchorDocument>
  readonly meta: Collection<MetaDocument>
  readonly sessions: Collection<SessionDocument>
  readonly links: Collection<LinkDocument>
  readonly drafts: Collection<DraftDocument>
  /** The store's clock in milliseconds, for bounds of reads; a decision compares `$$NOW` in its own statement. */
  now(): Promise<number>
}

export function collectionsOf(db: Db): Collections {
  return {
    connections: db.collection('connections'),
    installations: db.collection('installations'),
    runs: db.collection('runs'),
    rejects: db.collection('rejects'),
    clients: db.collection('clients'),
    staged: db.collection('staged'),
    budgets: db.collection('budgets'),
    counters: db.collection('counters'),
    activity: db.collection('activity'),
    activityAnchors: db.collection('activityAnchors'),
    meta: db.collection('meta'),
    sessions: db.collection('sessions'),
    links: db.collection('links'),
    drafts: db.collection('drafts'),
    now: async () => (await db.command({ hello: 1 })).localTime.getTime()
  }
}
