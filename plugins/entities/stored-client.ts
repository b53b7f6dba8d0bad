/** A client as it is kept: made by client-record.ts of what connectors contribute, and put in place by the store. */
import type { Stamps } from '../connector/contract.ts'
import type { Agreement } from './shapes/agreement.ts'
import type { ClientProfile, ClientStatus } from './shapes/client.ts'

export interface ClientAgreement extends Agreement {
  /** Stable: derived from connection and externalId. */
  readonly id: string
  readonly updatedAt: string
}

/** A field as in FieldChange, and what the vendor gives for it; null: nothing. */
export interface UndoneValue {
  readonly field: string
  readonly agreement?: string
  readonly is: unknown
}

export interface Undone {
  /** What the vendor gives and is not applied: each stays so until the vendor gives something else. */
  readonly values: readonly UndoneValue[]
  /** Of the contribution with which the client does not come back; null: it is none that had come back. */
  readonly hash: string | null
  readonly runId: string
  /** `sub` of the person. */
  readonly by: string
  readonly at: string
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
  /** A person has undone what a run changed, and the vendor still gives some of it. Absent: nobody has. */
  readonly undone?: Undone
  /**
   * Id of the newest entry of the client's history by this installation; absent: there is none. An entry counts if it
   * is this one or one that leads back from it (`former`): it is written before the client, whose write may never come.
   */
  readonly lastChange?: string
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
