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
import type { ConnectionState } from '../connector/contract.ts'
import type { ClientStatus } from '../entities/shapes/client.ts'
import type { ActivityStore } from './activity-port.ts'
import type { DraftStore, LinkStore, SessionStore } from './console-port.ts'
import type {
  AgreementRow,
  ClientRecord,
  Connection,
  ConnectionChange,
  HistoryEntry,
  Installation,
  InstallationChange,
  LossKind,
  LossRow,
  NewInstallation,
  Pass,
  PollState,
  Run,
  SeenRow,
  StoredReject,
  Trouble
} from './documents.ts'
import type { Listing, PageRequest, TwoWayListing, TwoWayPageRequest } from './listing.ts'
import type { RunKind } from './run-kinds.ts'
import type { TransferStore } from './transfer-port.ts'
import type { DeliveryStore, WebhookStore } from './webhook-port.ts'

export type * from './activity-port.ts'
export type * from './console-port.ts'
export type * from './documents.ts'
export type * from './listing.ts'
export type * from './transfer-port.ts'
export type * from './webhook-port.ts'

export interface ConnectionStore {
  /** rev starts at 1. false: the tenant already has a connection to this account. */
  tryInsert(connection: Omit<Connection, 'rev'>): Promise<boolean>
  get(tenant: string, id: string): Promise<Connection | null>
  findByAccount(tenant: string, connector: string, accountKey: string): Promise<Connection | null>
  /** Those whose `account.id` is this, whatever their accountKey: the account may have answered at another origin then. */
  listByAccountId(tenant: string, connector: string, accountId: string): Promise<Connection[]>
  /** Oldest first. */
  list(tenant: string, page: PageRequest): Promise<Listing<Connection>>
  /** Compare-and-set by rev, bumps rev and updatedAt; null if it changed meanwhile or is not there. A duplicate accountKey is null too. */
  tryUpdate(tenant: string, id: string, rev: number, change: ConnectionChange): Promise<Connection | null>
  /** Merges into `state`, whatever the rev (and leaves rev as it is). */
  mergeState(tenant: string, id: string, change: ConnectionState): Promise<void>
  /** What runs find out, whatever the rev (and leaves rev as it is). */
  note(tenant: string, id: string, found: { trouble?: Trouble | null; workedAt?: string }): Promise<void>
  /** Compare-and-set by rev. */
  tryRemove(tenant: string, id: string, rev: number): Promise<boolean>
  /** Over all tenants, oldest first: those without any installation that nobody has touched (`updatedAt`) for so long. */
  listUnused(olderThanMs: number, limit: number): Promise<Connection[]>
  /**
   * Over all tenants, the longest ago first, those never validated before them: whose last validation is older than
   * `before`, a time of the hosts' clock as `lastValidation.at` is one. `after`: the last of the page before.
   */
  listUnchecked(
    before: string,
    after: Pick<Connection, 'id' | 'lastValidation'> | null,
    limit: number
  ): Promise<Connection[]>
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
  /** All of these connections (500 at most), oldest first. */
  listOf(tenant: string, connectionIds: readonly string[]): Promise<Installation[]>
  /**
   * Compare-and-set by rev, bumps rev and updatedAt; null if it changed meanwhile or is not there. Runs change the
   * hold without bumping rev, so a `hold` is compared too: null if the stored one has another revision.
   */
  tryUpdate(tenant: string, id: string, rev: number, change: InstallationChange): Promise<Installation | null>
  /** Deletes the installation with its runs, rejects, losses, history and what it has seen; its parts of clients are gone before (see ClientStore.listOfInstallation). */
  remove(tenant: string, id: string): Promise<void>
  /**
   * Of those that are wanted running, over all tenants: what waits for people. Looks at `limit` with a hold and `limit`
   * with misfits at most. For alerts; nothing is decided by it.
   */
  countWaiting(limit: number): Promise<Waiting>
}

export interface Waiting {
  /** Installations with a hold that nobody has decided about. */
  readonly awaitingApproval: number
  /** Installations whose last complete pass did not fit its lists. */
  readonly misfits: number
  /** Losses held, those too that are decided about and not done, by kind. */
  readonly held: Readonly<Partial<Record<LossKind, number>>>
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
export interface Outcome extends Progress {
  /** null: not scheduled. Due at once all the same if a request or a decision is waiting, unless null or left to others. */
  readonly dueInMs: number | null
  readonly attention?: Installation['attention']
  readonly lastRunId?: string
  readonly failures: number
  /** What waits is for others, who may be able to do it: it is no reason to be due at once. */
  readonly isLeftToOthers?: true
}

/** What a run keeps while it goes on. Absent: unchanged. */
export interface Progress {
  readonly poll?: PollState
  readonly pass?: Pass | null
  readonly compareDueInMs?: number
  readonly passFailures?: number
  readonly lastPass?: Installation['lastPass']
  readonly misfits?: Installation['misfits']
  readonly resolved?: Installation['resolved']
  readonly resettled?: null
  /** What the gate has let through: reserved before anything is taken. */
  readonly taken?: Installation['taken']
  /** Its `decision` is not looked at: the stored one, which a person may have made meanwhile, stays until it is taken. */
  readonly hold?: Installation['hold']
  /** Takes the decision that was made at this moment (`decision.at`) off the hold: it is done, or void. */
  readonly takeDecision?: string
  readonly currentRunId?: string | null
  /** Takes this request off the desk. */
  readonly takeRequest?: string
}

/** How claims are shared out. */
export interface ClaimShares {
  /** At most so many of one tenant and one connection in this claim, those under way (`busy`) included. */
  readonly perTenant: number
  readonly perConnection: number
  /** Runs under way in this process, by tenant and by connection. */
  readonly busy: {
    readonly tenants: Readonly<Record<string, number>>
    readonly connections: Readonly<Record<string, number>>
  }
}

export interface LeaseStore {
  /**
   * Takes up to `limit` installations that are wanted running, due (dueAt or, if that is set, compareDueAt has come) and
   * free (never leased, released, or expired by the store's clock), the longest due first within the shares; each
   * gets token + 1 and a lease of `ttlMs`. Two owners never get the same.
   */
  claimDue(owner: string, limit: number, ttlMs: number, shares?: ClaimShares): Promise<Claim[]>
  /** The others of the same connection that are wanted running, free and come due within `withinMs`, claimed likewise. */
  claimSiblings(owner: string, of: Lease, withinMs: number, ttlMs: number): Promise<Claim[]>
  /**
   * Takes this one, due or not and whatever people want of it, unless it is leased or being erased: for what a person
   * does to its clients. null: it is, or is not there. Given back with `giveBack`, not released.
   */
  tryClaim(owner: string, tenant: string, installationId: string, ttlMs: number): Promise<Claim | null>
  /** Ends a lease of tryClaim and leaves all else as it was before it, also that a former holder did not release. Nothing if the lease is lost. */
  giveBack(claim: Pick<Claim, 'lease' | 'takenOver'>): Promise<void>
  /** Whether installations of at least two tenants are wanted running. */
  hasSeveralTenants(): Promise<boolean>
  /** Prolongs to now + ttlMs if the token is still this lease's; false: lost. */
  tryRenew(lease: Lease, ttlMs: number): Promise<boolean>
  commit(lease: Lease, progress: Progress): Promise<void>
  /** Writes the outcome and frees the lease in one statement; false: the token is not this lease's any more, nothing was written. */
  tryRelease(lease: Lease, outcome: Outcome): Promise<boolean>
  /** Milliseconds until the earliest due, free installation (0: due now; null: none), for the tick. */
  nextDueInMs(): Promise<number | null>
  /**
   * Keeps the store's clock. If it is behind what was kept last, also by a process that has ended, it was set back: what
   * waits for a time (leases, due times, holds of budgets) waits for as much earlier. Returns by how many milliseconds,
   * 0 as a rule.
   */
  keepClock(): Promise<number>
  /** How many installations are due and free now, counted up to `limit`. For people and alerts; nothing is decided by it. */
  countDue(limit: number): Promise<number>
}

export interface RunQuery {
  readonly installationId?: string
  readonly kind?: RunKind
  /** Ids from this one on, and before this one: they sort by time. */
  readonly from?: string
  readonly to?: string
}

export interface RunStore {
  /** Repeating it changes nothing. */
  insert(run: Run): Promise<void>
  /** Replaces the run unless the stored one has a larger token; false: it has. */
  trySave(run: Run): Promise<boolean>
  /**
   * Ends a run that found nothing: it is added to its installation's row of that day (see `quiet-runs.ts`) and its own
   * receipt goes. Repeating it adds it once; cut, it leaves a receipt that is whole, and the repetition takes that away.
   * Where the row has a newer token than the run, the receipt stays by itself. Returns the id of what tells of the run
   * now; null: the stored receipt has a larger token, nothing was changed.
   */
  fold(run: Run): Promise<string | null>
  get(tenant: string, id: string): Promise<Run | null>
  /** Newest first (ids sort by time). */
  list(tenant: string, installationId: string, page: PageRequest): Promise<Listing<Run>>
  /** Of all installations, newest first. */
  listAll(tenant: string, query: RunQuery, page: TwoWayPageRequest): Promise<TwoWayListing<Run>>
  /** Deletes ended runs (and their rejects) that are older, but of each installation keeps its lastRunId. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}

export interface RejectStore {
  list(tenant: string, runId: string, page: PageRequest): Promise<Listing<StoredReject>>
}

/**
 * All that one page of a run leads to. The store puts it in place in this order, each step repeatable: loss rows,
 * entries of history, clients by compare-and-set, the loss rows that go, rejects, then what was seen and the progress, and these only if
 * every client was written: what counts as seen is not looked at again. SQLite does it in one transaction.
 */
export interface PageWrite {
  /** Put in place of the row of the same client, unless that has a newer token. */
  readonly losses: readonly LossRow[]
  readonly clients: readonly ClientWrite[]
  /** External ids whose loss rows go: nothing of them waits any more. Those of clients that were not written stay. */
  readonly settled: readonly string[]
  readonly seen: readonly SeenRow[]
  /** Keys that are no longer only seen: they have become clients. */
  readonly unseen: readonly string[]
  /** Upserts by run and key. */
  readonly rejects: readonly StoredReject[]
  readonly progress: Progress | null
}

export interface PageResult {
  /** Client ids that lost to another writer: read again, judge again, write those again. Progress was then not kept. */
  readonly lost: readonly string[]
  /**
   * Agreements that are live at another client (`holder`) of the connection: the write of client `id` was not done
   * either, and progress not kept. What the same page frees may be taken in it, in whatever order.
   */
  readonly conflicts: readonly { readonly id: string; readonly agreement: string; readonly holder: string }[]
}

/** Puts `record` (null: deletes it) in the place of the stored revision `expectedRev` (0: there must be none). The store sets rev to expectedRev + 1. */
export interface ClientWrite {
  readonly id: string
  readonly expectedRev: number
  readonly record: ClientRecord | null
  /** What it changes of what was there. Kept before the record; if the write does not come, it is as if it were not there. */
  readonly entry?: HistoryEntry
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
  /** name and changed (`updatedAt`) upwards or, with a minus, downwards; id: an order that never moves. @default name */
  readonly order?: 'name' | '-name' | 'changed' | '-changed' | 'id'
  /**
   * UTC ISO: only those whose updatedAt is this or later. Where they stand in an order of changes, or with externalId;
   * elsewhere the work would have no bound, and the list throws HOST_ERR_BAD_REQUEST.
   */
  readonly changedSince?: string
  /** UTC ISO: only those whose updatedAt is this or earlier. Likewise. */
  readonly changedUntil?: string
}

export interface Total {
  readonly count: number
  /** false: there are more. A store may stop at 10,000, no sooner. */
  readonly exact: boolean
}

export interface ClientStore {
  /** By connection and vendor ids, any order, those that exist. */
  load(connectionId: string, externalIds: readonly string[]): Promise<ClientRecord[]>
  /**
   * Writes a page: each client by its own compare-and-set, comparing the lease's token with the installation's and
   * with the part's; up to 1,000 clients at a time. An agreement id (not gone) is live at one client of a connection.
   */
  write(lease: Lease, page: PageWrite): Promise<PageResult>
  /** Ids whose part of this installation is active, `after < sortKey <= through`, in sortKey order; null: no bound. */
  activeInRange(
    installationId: string,
    after: string | null,
    through: string | null,
    limit: number
  ): Promise<{ externalId: string; sortKey: string }[]>
  /**
   * The records whose part of this installation is active, in sortKey order, `sortKey > after`: at most `limit`, fewer
   * where they are large (see PageRequest), none only where there are no more.
   */
  activeRecords(installationId: string, after: string | null, limit: number): Promise<ClientRecord[]>
  /** External ids of active parts of this installation whose `changesOn` is `day` or earlier. */
  changingBy(installationId: string, day: string, limit: number): Promise<string[]>
  counts(installationId: string): Promise<{ active: number; inactive: number; gone: number }>
  /** Any records that have a part of this installation, likewise at most `limit`, for erasing: repeat until none is left. */
  listOfInstallation(installationId: string, limit: number): Promise<ClientRecord[]>
  get(tenant: string, id: string): Promise<ClientRecord | null>
  /** In `query.order`; with `search` always by name, upwards. */
  list(tenant: string, query: ClientQuery, page: TwoWayPageRequest): Promise<TwoWayListing<ClientRecord>>
  /** How many a list without a search has. */
  total(tenant: string, filter: Pick<ClientQuery, 'status' | 'connectionId'>): Promise<Total>
  /** By client id, then agreement externalId (text order). `status` is compared as stored. */
  listAgreements(
    tenant: string,
    query: { clientId?: string; status?: string; clientStatus?: ClientStatus },
    page: PageRequest
  ): Promise<Listing<AgreementRow>>
  /** A person erases one client that is gone: compare-and-set by rev, with its history, its loss rows and what was seen of it. false: it changed meanwhile or is not gone. */
  tryErase(tenant: string, id: string, rev: number): Promise<boolean>
}

/**
 * What writes have changed of clients (`ClientWrite.entry`), until it is old. Only entries whose write came are given:
 * those that lead back from the newest that a part of the client names (`lastChange`, `former`).
 */
export interface HistoryStore {
  /** Newest first; of a client that is not there, none. Fewer than asked for, with a cursor, where they are large. */
  list(tenant: string, clientId: string, page: PageRequest): Promise<Listing<HistoryEntry>>
  /**
   * What a run itself (`by` null) has changed and the store still has of the next clients after `afterClient`, so many
   * at most and fewer where there is much of it or the clients are large, each client whole. Sorted by id. `next`: the client to go on after; null: there are no more.
   */
  ofRun(
    tenant: string,
    installationId: string,
    runId: string,
    afterClient: string | null,
    clients: number
  ): Promise<{ entries: HistoryEntry[]; next: string | null }>
  /** Deletes what was written so long ago, at most `limit`. Returns how many. */
  prune(olderThanMs: number, limit: number): Promise<number>
}

/** Losses that wait, one row for each client of an installation. */
export interface LossStore {
  /**
   * By externalId (text order) after `after`, those in one of `states`, at most `limit`, fewer where they are large (see
   * PageRequest), none only where there are no more; `by`: only those staged by this pass or run.
   */
  list(
    installationId: string,
    filter: { states: readonly LossRow['state'][]; by?: string },
    after: string | null,
    limit: number
  ): Promise<LossRow[]>
  of(installationId: string, externalIds: readonly string[]): Promise<LossRow[]>
  /** Puts rows in another state, with the lease's token; one that has a newer token stays. */
  mark(lease: Lease, externalIds: readonly string[], state: LossRow['state']): Promise<void>
  remove(lease: Lease, externalIds: readonly string[]): Promise<void>
  /** Removes what others than `by` have left with a smaller token than `before`: staged, looked, passed and taken rows. */
  dropStale(lease: Lease, by: string, before: number): Promise<void>
  /** For people: held rows by externalId, those with an item of `kind` if given. */
  listHeld(tenant: string, installationId: string, kind: LossKind | null, page: PageRequest): Promise<Listing<LossRow>>
}

/** What connectors have looked at that is no active client. */
export interface SeenStore {
  load(installationId: string, keys: readonly string[]): Promise<SeenRow[]>
  /**
   * Removes what was last written so long ago (by the store's clock) and is not set aside; with `setAside` that too.
   * Some thousands at a time: returns how many.
   */
  prune(lease: Lease, olderThanMs: number, setAside?: boolean): Promise<number>
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

/**
 * Answers to requests that may be repeated (`Idempotency-Key`), until they expire by the store's clock. `key` and
 * `digest` are names that tell nothing of what was sent.
 */
export interface ReplyStore {
  /**
   * Keeps the first of a key for `keepMs`; one that has expired, or that was begun `takeOverMs` ago and never finished,
   * is replaced. null: it is this one; otherwise what is stored, `answer` null while that one is at work.
   */
  tryBegin(
    reply: { readonly key: string; readonly digest: string },
    keepMs: number,
    takeOverMs: number
  ): Promise<StoredReply | null>
  /** Keeps the answer of one that was begun. */
  finish(key: string, answer: string): Promise<void>
  /** Gives the key free: the request had no effect. */
  drop(key: string): Promise<void>
  /** Deletes those that have expired, at most `limit`. Returns how many. */
  prune(limit: number): Promise<number>
}

export interface StoredReply {
  readonly digest: string
  readonly answer: string | null
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
