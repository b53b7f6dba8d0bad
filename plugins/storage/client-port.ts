/** Clients with their agreements: written page by page by runs, listed for people; and what writes have changed of them. */
import type { HistoryEntry } from '../entities/history-entry.ts'
import type { ClientStatus } from '../entities/shapes/client.ts'
import type { ClientAgreement, ClientPart, ClientRecord } from '../entities/stored-client.ts'
import type { Lease, Progress } from './lease-port.ts'
import type { Listing, PageRequest, TwoWayListing, TwoWayPageRequest } from './listing.ts'
import type { LossRow, SeenRow } from './loss-port.ts'
import type { StoredReject } from './run-port.ts'

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

export interface AgreementRow extends ClientAgreement {
  readonly clientId: string
  readonly clientName: string
  readonly clientStatus: ClientStatus
}

export interface ClientStore {
  /** By connection and vendor ids, any order, those that exist. */
  load(connectionId: string, externalIds: readonly string[]): Promise<ClientRecord[]>
  /** Likewise, but only the part of this installation, of those that have one: a client may be large, its parts are not. */
  loadParts(
    connectionId: string,
    installationId: string,
    externalIds: readonly string[]
  ): Promise<{ externalId: string; part: ClientPart }[]>
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
