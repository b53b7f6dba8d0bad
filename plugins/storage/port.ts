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
import type { Checkpoint, ConnectionState } from '../connector/contract.ts'
import type { ClientStatus } from '../entities/shapes/client.ts'
import type { ActivityStore } from './activity-port.ts'
import type { DraftStore, LinkStore, SessionStore } from './console-port.ts'
import type {
  AgreementRow,
  ClientRecord,
  Connection,
  ConnectionChange,
  Installation,
  InstallationChange,
  NewInstallation,
  Pass,
  Run,
  StoredReject
} from './documents.ts'
import type { Listing, PageRequest } from './listing.ts'
import type { TransferStore } from './transfer-port.ts'

export type * from './activity-port.ts'
export type * from './console-port.ts'
export type * from './documents.ts'
export type * from './listing.ts'
export type * from './transfer-port.ts'

export interface ConnectionStore {
  /** rev starts at 1. false: the tenant already has a connection to this account. */
  tryInsert(connection: Omit<Connection, 'rev'>): Promise<boolean>
  get(tenant: string, id: string): Promise<Connection | null>
  findByAccount(tenant: string, connector: string, accountKey: string): Promise<Connection | null>
  /** Oldest first. */
  list(tenant: string, page: PageRequest): Promise<Listing<Connection>>
  /** Compare-and-set by rev, bumps rev and updatedAt; null if it changed meanwhile or is not there. A duplicate accountKey is null too. */
  tryUpdate(tenant: string, id: string, rev: number, change: ConnectionChange): Promise<Connection | null>
  /** Merges into `state`, whatever the rev (and leaves rev as it is). */
  mergeState(tenant: string, id: string, change: ConnectionState): Promise<void>
  /** Compare-and-set by rev. */
  tryRemove(tenant: string, id: string, rev: number): Promise<boolean>
  /** For key rotation, over all tenants: those whose data key is not wrapped by `kek`, by id, after `afterId`. */
  listNotSealedBy(kek: string, afterId: string | null, limit: number): Promise<Connection[]>
  /** Ids of all wrapping keys in use. */
  keysInUse(): Promise<string[]>
}

export interface InstallationStore {
  /** wanted running, token 0, rev 1, due at once. false: this connection already has that sync type. */
  tryInsert(installation: NewInstallation): Promise<boolean>
  get(tenant: string, id: string): Promise<Installation | null>
  /** Oldest first. */
  list(
    tenant: string,
    filter: { connector?: string; connectionId?: string },
    page: PageRequest
  ): Promise<Listing<Installation>>
  /** Compare-and-set by rev, bumps rev and updatedAt; null if it changed meanwhile or is not there. */
  tryUpdate(tenant: string, id: string, rev: number, change: InstallationChange): Promise<Installation | null>
  /** Deletes the installation with its runs, rejects and staged removals; its parts of clients are gone before (see ClientStore.listOfInstallation). */
  remove(tenant: string, id: string): Promise<void>
}

/** The right to run an installation. Held by one owner at a time; a newer lease has a larger token. */
export interface Lease {
  readonly tenant: string
  readonly connectionId: string
  readonly installationId: string
  readonly owner: string
  readonly token: number
}

export interface Claim {
  readonly lease: Lease
  readonly installation: Installation
  /** The former holder did not release: it may still be alive and writing. */
  readonly takenOver: boolean
}

/** What a run leaves when it ends. Absent: unchanged. */
export interface Outcome {
  /** null: not scheduled. Due at once all the same if a request is waiting, unless null. */
  readonly dueInMs: number | null
  readonly compareDueInMs?: number
  readonly checkpoint?: Checkpoint | null
  readonly pass?: Pass | null
  readonly attention?: Installation['attention']
  readonly approval?: Installation['approval']
  readonly lastPass?: Installation['lastPass']
  readonly lastRunId?: string
  readonly currentRunId?: string | null
  readonly failures: number
}

export interface LeaseStore {
  /**
   * Takes up to `limit` installations that are wanted running, due, and free (never leased, released, or expired by
   * the store's clock), the longest due first; each gets token + 1 and a lease of `ttlMs`. Two owners never get the same.
   */
  claimDue(owner: string, limit: number, ttlMs: number): Promise<Claim[]>
  /** Prolongs to now + ttlMs if the token is still this lease's; false: lost. */
  tryRenew(lease: Lease, ttlMs: number): Promise<boolean>
  /** Keeps a run's progress: the position of a pass, and which run is under way (taking its request off the desk). */
  commit(lease: Lease, progress: { pass?: Pass | null; currentRunId?: string; takeRequest?: string }): Promise<void>
  /** Writes the outcome and frees the lease in one statement; false: the token is not this lease's any more, nothing was written. */
  tryRelease(lease: Lease, outcome: Outcome): Promise<boolean>
  /** Milliseconds until the earliest due, free installation (0: due now; null: none), for the tick. */
  nextDueInMs(): Promise<number | null>
  /** How many installations are due and free now, counted up to `limit`. For people and alerts; nothing is decided by it. */
  countDue(limit: number): Promise<number>
}

export interface RunStore {
  /** Repeating it changes nothing. */
  insert(run: Run): Promise<void>
  /** Replaces the run unless the stored one has a larger token; false: it has. */
  trySave(run: Run): Promise<boolean>
  get(tenant: string, id: string): Promise<Run | null>
  /** Newest first (ids sort by time). */
  list(tenant: string, installationId: string, page: PageRequest): Promise<Listing<Run>>
  /** Deletes ended runs (and their rejects) that are older, but of each installation keeps its lastRunId. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}

export interface RejectStore {
  /** Upserts by run and key. */
  add(lease: Lease, rejects: readonly StoredReject[]): Promise<void>
  list(tenant: string, runId: string, page: PageRequest): Promise<Listing<StoredReject>>
}

/** Puts `record` (null: deletes it) in the place of the stored revision `expectedRev` (0: there must be none). The store sets rev to expectedRev + 1. */
export interface ClientWrite {
  readonly id: string
  readonly expectedRev: number
  readonly record: ClientRecord | null
}

export interface ClientQuery {
  /**
   * Every word of it must begin a word of the name (lower case and accents do not matter). Without a word that
   * could match, nothing is found.
   */
  readonly search?: string
  readonly status?: ClientStatus
  readonly connectionId?: string
  readonly externalId?: string
}

export interface ClientStore {
  /** By connection and vendor ids, any order, those that exist. */
  load(connectionId: string, externalIds: readonly string[]): Promise<ClientRecord[]>
  /**
   * Writes each by its own compare-and-set and compares the lease's token with the installation's and with the
   * part's; up to 1,000 at a time. Returns the ids that lost to another writer: read again and repeat those.
   */
  write(lease: Lease, writes: readonly ClientWrite[]): Promise<string[]>
  /** Ids whose part of this installation is active, `after < sortKey <= through`, in sortKey order; null: no bound. */
  activeInRange(
    installationId: string,
    after: string | null,
    through: string | null,
    limit: number
  ): Promise<{ externalId: string; sortKey: string }[]>
  counts(installationId: string): Promise<{ active: number; inactive: number; gone: number }>
  /** Any records that have a part of this installation, for erasing: repeat until none is left. */
  listOfInstallation(installationId: string, limit: number): Promise<ClientRecord[]>
  get(tenant: string, id: string): Promise<ClientRecord | null>
  /** By nameKey, then id. */
  list(tenant: string, query: ClientQuery, page: PageRequest): Promise<Listing<ClientRecord>>
  /** By client id, then agreement externalId (text order). `status` is compared as stored. */
  listAgreements(
    tenant: string,
    query: { clientId?: string; status?: string },
    page: PageRequest
  ): Promise<Listing<AgreementRow>>
}

/** Removals that a complete pass has found and not yet applied. */
export interface SweepStore {
  /** Repeating it changes nothing. Staging for another generation drops what an older one left. */
  stage(lease: Lease, generation: string, ids: readonly string[]): Promise<void>
  count(installationId: string, generation: string): Promise<number>
  /** In id text order, after `after`. */
  list(installationId: string, generation: string, after: string | null, limit: number): Promise<string[]>
  clear(lease: Lease): Promise<void>
}

export interface RateRule {
  readonly requests: number
  readonly perMs: number
  /** What the bucket holds. @default a tenth of `requests`, at least 1 */
  readonly burst?: number
  /** How long it takes from a stop to the full pace again; a throttled bucket goes on at half. @default 600_000 */
  readonly recoverMs?: number
}

/** What takers of one name may have of a budget, together. */
export interface BudgetShare {
  /** Small letters. */
  readonly name: string
  /** Above 0, at most 1: of the rate and of what the bucket holds. */
  readonly of: number
  /** Of what the bucket can hold, what is left to others; at least 0, below 1. */
  readonly leaves: number
}

/** One budget for each vendor account, over all tenants and hosts. */
export interface BudgetStore {
  /**
   * Takes up to `want` requests from a bucket that refills evenly. granted 0: ask again after waitMs.
   * @param share absent: all that is there
   */
  take(account: string, want: number, rule: RateRule, share?: BudgetShare): Promise<{ granted: number; waitMs: number }>
  /** Nobody gets anything for so long. A longer hold is not shortened. */
  hold(account: string, forMs: number): Promise<void>
  /**
   * The vendor throttled: held for so long, and from now on filled half as fast and half as high as before, an eighth at
   * least, recovering evenly. While it is held already the pace stays: that throttling belongs to the same moment.
   */
  throttled(account: string, forMs: number, rule: RateRule): Promise<void>
  /** Forgets a bucket; the next `take` finds a full one. */
  remove(account: string): Promise<void>
  /** Forgets buckets from which nothing was taken for so long and that are not held, at most `limit`. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}

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
  readonly sweeps: SweepStore
  readonly budgets: BudgetStore
  readonly counters: CounterStore
  readonly activity: ActivityStore
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
