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
