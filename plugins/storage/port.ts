/**
 * All that the host asks of a store. Every method is required, and each is one statement on one document or a
 * series of such that may be cut anywhere and repeated: nothing needs a transaction over several documents.
 *
 * Times inside the store are the store's clock, in milliseconds since 1970; callers hand in durations, never
 * instants, so that two hosts' clocks are never compared. `…At` strings are UTC ISO and only for people.
 *
 * Tenants: every read and change that a person causes takes the tenant; a foreign id is simply not found.
 * Fencing: every write of a run takes its Lease and compares the token; a stale token changes nothing and throws
 * LeaseLost.
 */
import type { ActivityStore } from './activity-port.ts'
import type { BudgetStore } from './budget-port.ts'
import type { ClientStore, HistoryStore } from './client-port.ts'
import type { ConnectionStore } from './connection-port.ts'
import type { DraftStore, LinkStore, SessionStore } from './console-port.ts'
import type { InstallationStore } from './installation-port.ts'
import type { LeaseStore } from './lease-port.ts'
import type { LossStore, SeenStore } from './loss-port.ts'
import type { ReplyStore } from './reply-port.ts'
import type { RejectStore, RunStore } from './run-port.ts'
import type { TransferStore } from './transfer-port.ts'
import type { DeliveryStore, WebhookStore } from './webhook-port.ts'

export type * from '../entities/history-entry.ts'
export type * from '../entities/loss.ts'
export type * from '../entities/stored-client.ts'
export type * from './activity-port.ts'
export type * from './budget-port.ts'
export type * from './client-port.ts'
export type * from './connection-port.ts'
export type * from './console-port.ts'
export type * from './installation-port.ts'
export type * from './lease-port.ts'
export type * from './listing.ts'
export type * from './loss-port.ts'
export type * from './reply-port.ts'
export type * from './run-port.ts'
export type * from './transfer-port.ts'
export type * from './webhook-port.ts'

/** Counts that hosts share: how often a caller has called within a window. */
export interface CounterStore {
  /** One more for `key` in its window, which begins with its first hit and lasts `windowMs` (1 s to 1 h). */
  hit(key: string, windowMs: number): Promise<{ count: number; resetInMs: number }>
}

/** Small facts of the store itself. */
export interface MetaStore {
  get(key: string): Promise<string | null>
  /** Keeps the first value; returns what is stored. */
  putIfAbsent(key: string, value: string): Promise<string>
}

export interface Store {
  readonly kind: 'sqlite' | 'mongodb'
  readonly connections: ConnectionStore
  readonly installations: InstallationStore
  readonly leases: LeaseStore
  readonly runs: RunStore
  readonly rejects: RejectStore
  readonly clients: ClientStore
  readonly losses: LossStore
  readonly history: HistoryStore
  readonly seen: SeenStore
  readonly budgets: BudgetStore
  readonly replies: ReplyStore
  readonly counters: CounterStore
  readonly activity: ActivityStore
  readonly webhooks: WebhookStore
  readonly deliveries: DeliveryStore
  readonly meta: MetaStore
  readonly sessions: SessionStore
  readonly links: LinkStore
  readonly drafts: DraftStore
  readonly transfer: TransferStore
  /** Resolves if the store can be read and written now. */
  ping(): Promise<void>
  /** May be called twice. */
  close(): Promise<void>
}
