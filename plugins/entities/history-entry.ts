/** The before-image of a write: what a client was before it, for its history and to put it back. */
import type { Stamps } from '../connector/contract.ts'
import type { ClientPart } from './stored-client.ts'

/** One value that was another one before. */
export interface FieldChange {
  /**
   * `name`, `address`, `emails`, `phones`, `websites`, `status` (the client's), `part` (whether the sync type takes it:
   * active, inactive, gone), `agreement` (one that was not there before), or a field of an agreement.
   */
  readonly field: string
  /** External id of the agreement that it is about. */
  readonly agreement?: string
  readonly before: unknown
  readonly after: unknown
}

/** The sync type's own state of a client. */
export type PartState = Pick<
  ClientPart,
  'status' | 'statusReason' | 'statusSince' | 'standing' | 'standingReason' | 'standingSince'
>

/** What putting back needs besides the changes; people are not shown it. */
export interface FormerPart {
  /** Only if it changed. */
  readonly state?: PartState
  readonly statusReason?: string | null
  readonly statusSince?: string
  /** Stamps of children that the part has lost. */
  readonly stamps?: Stamps
  /** Digests of the losses that were taken, by key. */
  readonly lost?: Readonly<Record<string, string>>
}

/** The before-image of one write of a client that was there. Counts only if the write came: see ClientPart.lastChange. */
export interface HistoryEntry {
  /** `{clientId}/{rev}/{chance}`, rev with leading zeros: sorts by client, then by revision. */
  readonly id: string
  readonly tenant: string
  readonly connectionId: string
  readonly clientId: string
  readonly externalId: string
  readonly installationId: string
  /** The run that changed it, or that was undone. */
  readonly runId: string
  /** `sub` of who has undone that run; null: the run itself. */
  readonly by: string | null
  /** Revision of the client that the write made. */
  readonly rev: number
  /** UTC ISO. */
  readonly at: string
  /** None if there was too much of it to be kept (`tooLarge`). */
  readonly changes: readonly FieldChange[]
  readonly tooLarge?: true
  readonly part: FormerPart
  /** The entry of the same installation before it, as far as was known; null: none. */
  readonly former: string | null
}
