/** A client as it is kept: made by client-record.ts of what connectors contribute, and put in place by the store. */
import type { Stamps } from '../connector/contract.ts'
import type { Agreement } from './shapes/agreement.ts'
import type { ClientProfile, ClientStatus } from './shapes/client.ts'

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
  /** Of the contribution as the vendor gave it; equal hash, stamps and nothing open or kept: nothing to write. */
  readonly hash: string
  /** Of what is stored: a child whose loss waits keeps its stamp until the loss is taken. */
  readonly stamps: Stamps
  /** `SyncType.version` of what it last saw; null: unknown. */
  readonly version: string | null
  /** First day, UTC, on which the same record gives something else; null: none is known. */
  readonly changesOn: string | null
  /** Keys of losses that wait (see Loss): the stored value is still the former one. */
  readonly open: readonly string[]
  /** Losses that a person refused, key to the digest of what was refused: the former value stays while the answer is that. */
  readonly kept: Readonly<Record<string, string>>
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
