/** A tenant's connections to accounts of vendors, with what opens them sealed. */
import type { ConnectionState, ValidationCheck } from '../connector/contract.ts'
import type { Listing, PageRequest } from './listing.ts'

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
  /** Origin that answered and the account's own id there: the same whoever signs in to it. */
  readonly accountKey: string
  readonly account: { readonly id: string; readonly name: string }
  /** What may be shown of the credentials. */
  readonly display: Readonly<Record<string, string>>
  readonly sealed: Sealed
  readonly state: ConnectionState
  /** What stops every installation of this connection; null: nothing does. */
  readonly trouble: Trouble | null
  /** When the vendor last answered a run as it should; null: never. UTC ISO. */
  readonly workedAt: string | null
  /** The checks of the last validation, null before there was one. */
  readonly lastValidation: { readonly at: string; readonly checks: readonly ValidationCheck[] } | null
  /** Grows with each change that a person makes; compare-and-set compares it. */
  readonly rev: number
  readonly createdAt: string
  readonly updatedAt: string
}

/** The vendor refuses the account's credentials, or its address may not be called. */
export interface Trouble {
  readonly code: string
  readonly detail: string
  readonly since: string
  /** Refusals in a row. */
  readonly tries: number
  /** When one installation may try again (UTC ISO, by a host's clock); null: not before a person acts. */
  readonly retryAt: string | null
}

export type ConnectionChange = Partial<
  Pick<Connection, 'accountKey' | 'account' | 'display' | 'sealed' | 'state' | 'trouble' | 'lastValidation'>
>

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
