import type { Collection, Db, ObjectId } from 'mongodb'
import { Cursors } from '../cursor.ts'
import type {
  ActivityAnchor,
  ActivityEntry,
  ClientRecord,
  Connection,
  Delivery,
  Draft,
  HistoryEntry,
  Installation,
  LastTry,
  LossRow,
  Run,
  RunKind,
  SeenRow,
  Session,
  SignInLink,
  StoredReject,
  Webhook
} from '../port.ts'
import { bounded } from './reads.ts'
import { Targets } from './targets.ts'

/** Stored under `_id` what the host calls `id`. */
type Kept<T extends { readonly id: string }> = Omit<T, 'id'> & { readonly _id: string }

export type ConnectionDocument = Kept<Connection>

export type InstallationDocument = Omit<Kept<Installation>, 'dueAt' | 'compareDueAt' | 'leaseUntil'> & {
  readonly dueAt: Date | null
  readonly compareDueAt: Date
  readonly leaseUntil: Date | null
  /**
   * When it may next be claimed: the earlier of dueAt and compareDueAt, but not before leaseUntil; null: not at all. Every
   * write keeps it true.
   */
  readonly claimAt: Date | null
  /** Set by a claim: the former holder had not released. */
  readonly takenOver: boolean
}

export type RunDocument = Kept<Run> & {
  /** The store's clock when the end was saved; the run's own `endedAt` is a host's. */
  readonly ended: Date | null
  readonly kinds: readonly RunKind[]
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
  /** External ids of the agreements that are not gone; missing: none is. */
  readonly live?: readonly string[]
  /** `{installationId}/{changesOn}` of each active part that has such a day; missing: none has. */
  readonly changing?: readonly string[]
  /** One for each call of `write`: tells whose revision this is. */
  readonly mark: ObjectId
}

/** `_id`: `{installationId}/{externalId}`. */
export type LossDocument = LossRow & { readonly _id: string; readonly tenant: string }

export type HistoryDocument = Kept<HistoryEntry> & {
  readonly undoes: boolean
  /** The store's clock. */
  readonly written: Date
}

/** `_id`: `{installationId}/{key}`. */
export type SeenDocument = SeenRow & {
  readonly _id: string
  readonly tenant: string
  readonly installationId: string
  readonly token: number
  readonly isSetAside: boolean
  /** The store's clock. */
  readonly written: Date
}

export interface ReplyDocument {
  readonly _id: string
  readonly digest: string
  readonly answer: string | null
  readonly begun: Date
  readonly ends: Date
  /** Who has begun it: tells one caller from another. */
  readonly by: ObjectId
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

export type WebhookDocument = Kept<Webhook>

export type DeliveryDocument = Kept<Delivery> & {
  readonly dueAt: Date | null
  readonly finished: Date | null
  readonly last?: LastTry | null
}

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

export type CollectionName = Exclude<keyof Collections, 'targets' | 'cursors' | 'now'>

export interface Collections {
  readonly connections: Collection<ConnectionDocument>
  readonly installations: Collection<InstallationDocument>
  readonly runs: Collection<RunDocument>
  readonly rejects: Collection<RejectDocument>
  readonly clients: Collection<ClientDocument>
  readonly losses: Collection<LossDocument>
  readonly history: Collection<HistoryDocument>
  readonly seen: Collection<SeenDocument>
  readonly budgets: Collection<BudgetDocument>
  readonly replies: Collection<ReplyDocument>
  readonly counters: Collection<CounterDocument>
  readonly webhooks: Collection<WebhookDocument>
  readonly deliveries: Collection<DeliveryDocument>
  readonly activity: Collection<ActivityDocument>
  /** By tenant. */
  readonly activityAnchors: Collection<AnchorDocument>
  readonly meta: Collection<MetaDocument>
  readonly sessions: Collection<SessionDocument>
  readonly links: Collection<LinkDocument>
  readonly drafts: Collection<DraftDocument>
  readonly targets: Targets
  readonly cursors: Cursors
  /** The store's clock in milliseconds, for bounds of reads; a decision compares `$$NOW` in its own statement. */
  now(): Promise<number>
}

/** @param cursorKey what cursors are encrypted with, see Cursors */
export function collectionsOf(db: Db, cursorKey: Uint8Array): Collections {
  const of = <T extends object>(name: string) => bounded(db.collection<T>(name)) as unknown as Collection<T>
  return {
    connections: of('connections'),
    installations: of('installations'),
    runs: of('runs'),
    rejects: of('rejects'),
    clients: of('clients'),
    losses: of('losses'),
    history: of('history'),
    seen: of('seen'),
    budgets: of('budgets'),
    replies: of('replies'),
    counters: of('counters'),
    webhooks: of('webhooks'),
    deliveries: of('deliveries'),
    activity: of('activity'),
    activityAnchors: of('activityAnchors'),
    meta: of('meta'),
    sessions: of('sessions'),
    links: of('links'),
    drafts: of('drafts'),
    targets: new Targets(of('installations')),
    cursors: new Cursors(cursorKey),
    now: async () => (await db.command({ hello: 1 })).localTime.getTime()
  }
}
