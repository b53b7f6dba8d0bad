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
import type { Checkpoint, ConnectionState, RunMode, Stamps } from '../connector/contract.ts'
import type { Agreement } from '../entities/agreement.ts'
import type { ClientProfile, ClientStatus } from '../entities/client.ts'

export interface PageRequest {
  /** 1 to 500 */
  readonly limit: number
  /** From a former answer's nextCursor; text that is not such a cursor throws HOST_ERR_BAD_CURSOR. */
  readonly cursor: string | null
}

export interface Listing<T> {
  readonly items: T[]
  readonly nextCursor: string | null
}

/** A sealed credential record: one data key, wrapped by a key of the ring; each field sealed by the data key. All binary values base64. */
export interface Sealed {
  readonly v: 1
  /** Id of the wrapping key. */
  readonly kek: string
  readonly wrappedKey: string
  readonly fields: Readonly<Record<string, string>>
}

/** A tenant's credentials for one vendor account. Unique by tenant, connector and accountKey. */
export interface Connection {
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly accountKey: string
  readonly account: { readonly id: string; readonly name: string }
  /** What may be shown of the credentials. */
  readonly display: Readonly<Record<string, string>>
  readonly sealed: Sealed
  readonly state: ConnectionState
  /** Grows with each change; compare-and-set compares it. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

export type ConnectionChange = Partial<Pick<Connection, 'accountKey' | 'account' | 'display' | 'sealed' | 'state'>>

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

export interface InstallationSchedule {
  readonly everyMs: number
  readonly compareEveryMs: number
}

/** What a complete pass (full or compare) keeps while it is under way; survives crashes and takeovers. */
export interface Pass {
  readonly mode: 'full' | 'compare'
  /** One for each pass; kept over resumed runs. */
  readonly generation: string
  readonly startedAt: string
  /** The connector's position, null before the first page is durable. */
  readonly checkpoint: Checkpoint | null
  /** Of the whole pass so far, committed with the position so that a resumed receipt adds up. */
  readonly counts: RunCounts
  readonly source: RunSource
  readonly leftOutBy?: Readonly<Record<string, number>>
}

export interface RunRequest {
  readonly runId: string
  readonly mode: 'sync' | 'compare'
}

/** One sync type switched on over a connection. Unique by connection and sync type. */
export interface Installation {
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly connectionId: string
  readonly syncType: string
  /** What people want of it. */
  readonly wanted: 'running' | 'stopped' | 'uninstalled'
  /** Set by a run that cannot go on without a person. */
  readonly attention: { readonly code: string; readonly detail: string; readonly since: string } | null
  /** Set by a complete pass that would take away too much; `approved` is how many removals a person allowed. */
  readonly approval: {
    readonly generation: string
    readonly removals: number
    readonly of: number
    readonly since: string
    readonly approved: number | null
  } | null
  readonly schedule: InstallationSchedule
  readonly settings: Readonly<Record<string, unknown>>
  /** Where the next incremental run starts; null: the next run is a full one. */
  readonly checkpoint: Checkpoint | null
  readonly pass: Pass | null
  /** A run that a person asked for and that has not begun. */
  readonly requested: RunRequest | null
  /** The run under way, or the one that a crash left. */
  readonly currentRunId: string | null
  readonly lastRunId: string | null
  /** When the last complete pass that succeeded began: everything active was there then. */
  readonly lastPass: { readonly runId: string; readonly startedAt: string } | null
  /** Consecutive failed runs, for backoff. */
  readonly failures: number
  /** Store clock; null: not scheduled. */
  readonly dueAt: number | null
  readonly compareDueAt: number
  /** Grows with each claim and each fencing change, never shrinks. */
  readonly token: number
  readonly leaseOwner: string | null
  /** Store clock. */
  readonly leaseUntil: number | null
  /** Grows with each change that a person makes; runs leave it alone. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

export type NewInstallation = Pick<
  Installation,
  'id' | 'tenant' | 'connector' | 'connectionId' | 'syncType' | 'schedule' | 'settings' | 'createdAt'
>

/** What people change. Durations count from the store's now. */
export interface InstallationChange {
  readonly wanted?: Installation['wanted']
  readonly schedule?: InstallationSchedule
  readonly settings?: Readonly<Record<string, unknown>>
  readonly attention?: null
  readonly approval?: Installation['approval']
  readonly checkpoint?: null
  readonly pass?: null
  readonly requested?: RunRequest | null
  readonly failures?: 0
  /** null: not scheduled. */
  readonly dueInMs?: number | null
  readonly compareDueInMs?: number
  /**
   * Takes the lease from a run under way: its token grows, so that run can write nothing more. leaseOwner stays, so
   * that the next claim knows the former holder did not release (`takenOver`).
   */
  readonly fence?: true
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

export interface RunCounts {
  readonly read: number
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  readonly leftOut: number
  /** Of those left out, how many were active before. */
  readonly inactivated: number
  readonly gone: number
  readonly setAside: number
}

export interface RunSource {
  /** What the vendor counts; null: not asked (incremental runs). */
  readonly count: number | null
  readonly requests: number
  readonly throttled: number
  readonly bytes: number
}

export type RunStatus = 'running' | 'succeeded' | 'failed' | 'interrupted' | 'awaiting-approval'

/** The receipt of one attempt. */
export interface Run {
  readonly id: string
  readonly tenant: string
  readonly installationId: string
  readonly mode: RunMode
  readonly status: RunStatus
  /** The run whose pass this one goes on with. */
  readonly continues: string | null
  readonly startedAt: string
  readonly endedAt: string | null
  readonly progress: { readonly read: number; readonly expected: number | null }
  readonly counts: RunCounts
  readonly source: RunSource
  /** Records left out, by the rule they failed. */
  readonly leftOutBy: Readonly<Record<string, number>>
  /** Complete passes: store against source, each difference with its reason; null otherwise. */
  readonly reconciliation: {
    readonly source: number
    readonly store: number
    readonly differences: readonly { readonly reason: string; readonly count: number }[]
  } | null
  readonly error: { readonly code: string; readonly detail: string } | null
  /** Token of the lease it ran under; 0 before it began. */
  readonly token: number
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

export interface StoredReject {
  /** The vendor's id, or a position where it has none; unique in a run. */
  readonly key: string
  readonly runId: string
  readonly externalId: string | null
  readonly reason: string
  /** JSON text, at most 64 KiB. */
  readonly payload: string | null
  readonly at: string
}

export interface RejectStore {
  /** Upserts by run and key. */
  add(lease: Lease, rejects: readonly StoredReject[]): Promise<void>
  list(tenant: string, runId: string, page: PageRequest): Promise<Listing<StoredReject>>
}

export interface ClientAgreement extends Agreement {
  /** Stable: derived from connection and externalId. */
  readonly id: string
  readonly updatedAt: string
}

/** What one installation knows of a client. */
export interface ClientPart {
  readonly installationId: string
  readonly syncType: string
  readonly status: ClientStatus
  readonly statusReason: string | null
  readonly statusSince: string
  /** The client's own standing at the vendor as this part last saw it (a part can be inactive for want of agreements only). */
  readonly standing: ClientStatus
  readonly standingReason: string | null
  readonly standingSince: string
  /** Of the contribution; equal hash: nothing to write. */
  readonly hash: string
  readonly stamps: Stamps
  /** Fencing token of the last write. */
  readonly token: number
  readonly runId: string
  readonly seenAt: string
}

/** One client of a tenant: one for each connection and vendor id, written by the installations of that connection. */
export interface ClientRecord {
  /** Stable: derived from connection and externalId. */
  readonly id: string
  readonly tenant: string
  readonly connector: string
  readonly connectionId: string
  readonly externalId: string
  /** Sorts as the vendor orders ids. */
  readonly sortKey: string
  readonly profile: ClientProfile
  /** For lists and search: lower case, without accents. */
  readonly nameKey: string
  readonly agreements: readonly ClientAgreement[]
  readonly status: ClientStatus
  readonly statusReason: string | null
  readonly statusSince: string
  readonly parts: readonly ClientPart[]
  readonly createdAt: string
  readonly updatedAt: string
  /** Grows with each write; 0: not stored yet. */
  readonly rev: number
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

export interface AgreementRow extends ClientAgreement {
  readonly clientId: string
  readonly clientName: string
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
}

/** One budget for each vendor account, over all tenants and hosts. */
export interface BudgetStore {
  /**
   * Takes up to `want` requests from a bucket that refills evenly and holds at most a tenth of the window's requests
   * (at least 1). granted 0: ask again after waitMs.
   */
  take(account: string, want: number, rule: RateRule): Promise<{ granted: number; waitMs: number }>
  /** The vendor throttled: nobody gets anything for so long. A longer hold is not shortened. */
  hold(account: string, forMs: number): Promise<void>
}

/** Small facts of the store itself. */
export interface MetaStore {
  get(key: string): Promise<string | null>
  /** Keeps the first value; returns what is stored. */
  putIfAbsent(key: string, value: string): Promise<string>
}

/** An id that a complete pass has found missing, see SweepStore. */
export interface StagedRemoval {
  readonly tenant: string
  readonly installationId: string
  readonly generation: string
  readonly id: string
}

/** All that a store keeps, but rate budgets, as any adapter can write what another has read. */
export interface Transferred {
  readonly connections: Connection
  readonly installations: Installation
  readonly runs: Run
  readonly rejects: StoredReject & { readonly tenant: string; readonly installationId: string }
  readonly clients: ClientRecord
  readonly sweeps: StagedRemoval
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
   * One that the store has with a larger rev (clients, connections) or token (installations, runs) stays.
   */
  write<S extends TransferSection>(section: S, items: readonly TransferItem<S>[]): Promise<void>
  count(section: TransferSection): Promise<number>
  /** Installations whose lease has not expired by the store's clock. */
  countLeased(): Promise<number>
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
  readonly meta: MetaStore
  readonly transfer: TransferStore
  /** Resolves if the store can be read and written now. */
  ping(): Promise<void>
  /** May be called twice. */
  close(): Promise<void>
}
