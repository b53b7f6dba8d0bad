/** What the suite asks of a vendor's double: that it can be changed and bent, and says what a host should show of it. */
import type { Contribution } from '../../../plugins/connector/contract.ts'

export interface ConnectorDouble {
  /** Origins that the operator would allow, with commas between. */
  readonly origin: string
  readonly credentials: Readonly<Record<string, string>>
  /** The same form with keys that the double refuses. */
  readonly wrongCredentials: Readonly<Record<string, string>>
  /** Requests received so far. */
  requests(): number
  /**
   * What a complete pass of this sync type gives now, by the vendor's ids: reckoned from the double's own records, and
   * not by the connector's code. Without `changesOn`.
   */
  expected(syncType: string): ReadonlyMap<string, Contribution>
  /** What people do at the vendor, in this order. The suite does each once. */
  edits(syncType: string): readonly Edit[]
  /** From the next request on. */
  spoil(spoilt: Spoilt): Spell
  close(): Promise<void>
}

export interface Edit {
  /** As a title: `an agreement is cancelled`. */
  readonly name: string
  /** Does it. @returns by the vendor's clock, what the record is marked with; null: nothing that a poll asks for is marked */
  make(): Date | null
  /** Requests that a poll takes for it at most, above those of a quiet one. @default as many as it likes */
  readonly costs?: number
}

export interface Spoilt {
  readonly how: Oddity
  /** Which request that can be spoilt so, from 1; of refused children: which parent. */
  readonly nth: number
  /** And all that follow. */
  readonly andAfter?: boolean
}

/**
 * refused keys: as a wrong login is refused. forbidden: as what the role may not see. fault: the vendor's own failure.
 * empty list, cut list: nothing, or the first half, where there is more. doubled rows: each comes twice. foreign rows:
 * beside what was asked for comes what was not. stray row: of a list of children the first comes without what says whose
 * it is; where there are none, nothing is spoilt. refused children: of one parent, the list of what is below it is refused
 * however often it is asked for, as what the role may not see or as gone; only where the vendor has a list for each parent.
 */
export type Oddity =
  | 'refused keys'
  | 'forbidden'
  | 'fault'
  | 'empty list'
  | 'cut list'
  | 'doubled rows'
  | 'foreign rows'
  | 'stray row'
  | 'refused children'

export interface Spell {
  /** Answers that it has spoilt. */
  readonly hits: number
  clear(): void
}

/**
 * large: takes several pages to read, and a poll of today does not find all of its records changed. small: some dozen
 * clients, read with few requests. other: another account, in which the same ids are other records and the same names
 * other ids.
 */
export type Size = 'large' | 'small' | 'other'
