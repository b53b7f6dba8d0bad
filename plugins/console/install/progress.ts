/** How far an install is, as it is kept with its draft. */
import type { ValidationCheck } from '../../connector/contract.ts'

export interface FieldMessage {
  /** JSON pointer into the credentials. */
  readonly pointer: string
  readonly message: string
}

/** What an install would bring, as it was counted. */
export type Counted =
  | { readonly state: 'counting' }
  | { readonly state: 'failed'; readonly detail: string }
  | {
      readonly state: 'counted'
      readonly at: string
      readonly matched: number
      readonly leftOut: readonly { readonly rule: string; readonly count: number }[]
      readonly some: readonly string[]
      readonly someLeftOut: readonly { readonly name: string; readonly rule: string }[]
      /** Names that the account has, by field of the settings. */
      readonly choices: Readonly<Record<string, readonly string[]>>
      readonly requests: number
    }

/** How far an install is. Everything in it may be shown. */
export interface Progress {
  readonly state: 'typed' | 'checking' | 'failed' | 'passed'
  /** Nothing was typed: it goes over this one. */
  readonly connectionId: string | null
  /** The connection whose credentials are changed: nothing is installed. */
  readonly replaces: string | null
  /** Of typed secrets: how each ends, '' for those too short to show any of it. */
  readonly ends: Readonly<Record<string, string>>
  /** Titles of the fields that notes have filled; null: none were pasted, or it has been said. */
  readonly filled: readonly string[] | null
  readonly problems: readonly FieldMessage[]
  readonly checks: readonly ValidationCheck[]
  readonly account: string | null
  readonly remarks: readonly string[]
  /** null: the connector's defaults. */
  readonly settings: Readonly<Record<string, unknown>> | null
  readonly preview: Counted | null
}

export const fresh: Progress = {
  state: 'typed',
  connectionId: null,
  replaces: null,
  ends: {},
  filled: null,
  problems: [],
  checks: [],
  account: null,
  remarks: [],
  settings: null,
  preview: null
}
