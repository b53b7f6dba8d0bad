/** How whole documents leave one store and enter another; part of the port. */
import type { HistoryEntry } from '../entities/history-entry.ts'
import type { ClientRecord } from '../entities/stored-client.ts'
import type { ActivityAnchor, ActivityEntry } from './activity-port.ts'
import type { Connection } from './connection-port.ts'
import type { Installation } from './installation-port.ts'
import type { LossRow, SeenRow } from './loss-port.ts'
import type { Run, StoredReject } from './run-port.ts'
import type { Webhook } from './webhook-port.ts'

/** All that a store keeps, but counts, rate budgets and what ends by itself within days (console-port.ts, deliveries), as any adapter can write what another has read. */
export interface Transferred {
  readonly connections: Connection
  readonly installations: Installation
  readonly runs: Run
  readonly rejects: StoredReject & { readonly tenant: string; readonly installationId: string }
  readonly clients: ClientRecord
  readonly losses: LossRow & { readonly tenant: string }
  readonly history: HistoryEntry
  readonly seen: SeenRow & { readonly tenant: string; readonly installationId: string }
  readonly activity: ActivityEntry
  readonly anchors: ActivityAnchor & { readonly tenant: string }
  readonly webhooks: Webhook
  readonly meta: { readonly key: string; readonly value: string }
}

export type TransferSection = keyof Transferred

export interface TransferItem<S extends TransferSection> {
  /** Unique in the section, the same in every store. */
  readonly key: string
  readonly document: Transferred[S]
}

/**
 * Whole documents of all tenants, past tenants and leases: for moving a store into another one while no host runs,
 * never for a host. Facts of `meta` about the transfer itself (keys that begin with `migration:`) are neither read
 * nor counted, and can be written.
 */
export interface TransferStore {
  /** In key order, behind `after`. Fewer than `limit` where documents are large; none: there are no more. */
  read<S extends TransferSection>(section: S, after: string | null, limit: number): Promise<TransferItem<S>[]>
  /**
   * Puts each as it is (rev, token, times, lease) in the place of the one with its key; repeating it changes nothing.
   * One that the store has with a larger rev (clients, connections) or token (installations, runs, losses) stays.
   */
  write<S extends TransferSection>(section: S, items: readonly TransferItem<S>[]): Promise<void>
  count(section: TransferSection): Promise<number>
  /** Installations whose lease has not expired by the store's clock. */
  countLeased(): Promise<number>
}
