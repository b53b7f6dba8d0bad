/** The audit trail as a store keeps it: append-only, numbered for each tenant, each entry bound to the one before it. */
import type { Listing, PageRequest } from './listing.ts'

/** What somebody did, or the host by itself, and how it ended. No secret and no data of clients. */
export interface ActivityEntry {
  readonly tenant: string
  /** From 1, without a gap. */
  readonly seq: number
  /** A host's clock, UTC ISO. */
  readonly at: string
  /** `sub` of the caller; null: the host by itself. */
  readonly actor: string | null
  /** `installation.stop` */
  readonly action: string
  readonly target: { readonly kind: string; readonly id: string } | null
  /** The caller's address; null: the host by itself. */
  readonly from: string | null
  readonly outcome: 'done' | 'refused' | 'failed'
  /** Of a refusal or failure. */
  readonly code: string | null
  readonly requestId: string | null
  readonly details: Readonly<Record<string, string | number>>
  /** Which key the mac was made with. */
  readonly keyId: string
  /** Over the entry and the mac before it; base64url. */
  readonly mac: string
}

export interface ChainEnd {
  readonly seq: number
  readonly mac: string
}

/** Where the kept entries begin: the last one that was pruned, and a mac over that, so that nobody else can prune. */
export interface ActivityAnchor extends ChainEnd {
  readonly keyId: string
  readonly anchorMac: string
}

/** At most one of them. */
export interface ActivityFilter {
  readonly actor?: string
  readonly action?: string
  /** host: what the host did by itself; people: what callers did. */
  readonly by?: 'host' | 'people'
}

export interface ActivityStore {
  /** What the next entry follows: the last one, or the anchor where none is left; null: there never was one. */
  last(tenant: string): Promise<ChainEnd | null>
  /** false: an entry with this number is or was there. */
  tryAppend(entry: ActivityEntry): Promise<boolean>
  /** Newest first. */
  list(tenant: string, filter: ActivityFilter, page: PageRequest): Promise<Listing<ActivityEntry>>
  /** In the order of their numbers, those behind `afterSeq`. */
  walk(tenant: string, afterSeq: number, limit: number): Promise<ActivityEntry[]>
  /** Tenants with entries or an anchor, in text order. */
  tenants(after: string | null, limit: number): Promise<string[]>
  anchor(tenant: string): Promise<ActivityAnchor | null>
  /** Puts the anchor, unless a further one is there, and removes the entries up to it. May be cut and repeated. */
  prune(tenant: string, anchor: ActivityAnchor): Promise<void>
}
