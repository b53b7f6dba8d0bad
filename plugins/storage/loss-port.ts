/** What a run remembers of records beside the clients: losses that wait, and what was seen and is no client. */
import type { Stamps } from '../connector/contract.ts'
import type { Loss, LossKind } from '../entities/loss.ts'
import type { Lease } from './lease-port.ts'
import type { Listing, PageRequest } from './listing.ts'

/** All that one client of an installation would lose and that waits: one row for each client. */
export interface LossRow {
  readonly installationId: string
  readonly externalId: string
  readonly clientId: string
  /** As stored, for people. */
  readonly clientName: string
  readonly items: readonly Loss[]
  /** staged: seen once; looked: seen twice; held: waits for a person; passed: the gate has let it through; taken: applied, not yet counted. */
  readonly state: 'staged' | 'looked' | 'held' | 'passed' | 'taken'
  /** The pass (its id) or the run of the poll that staged it. */
  readonly by: string
  readonly token: number
  readonly at: string
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

/** What was looked at and is no active client: left out, set aside, or a child that leads to no record. */
export interface SeenRow {
  /** A record's id, or a child's stamp key. */
  readonly key: string
  readonly stamps: Stamps
  /** Why it takes no part, in words; null: it is only known to have been looked at. */
  readonly leftOut: { readonly rule: string; readonly words: string } | null
  /** Why it cannot be used, in words. */
  readonly setAside: string | null
  readonly at: string
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
