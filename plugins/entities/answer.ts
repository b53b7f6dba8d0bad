/** What judging takes and gives. */
import type { Contribution, Rule, Stamps, Unread } from '../connector/contract.ts'
import { type Viewpoint, withPart, written } from './client-record.ts'
import type { Loss } from './loss.ts'
import type { ClientPart, ClientRecord } from './stored-client.ts'

/** What an installation has learnt of one vendor id. Stamps are settled (see stamps.ts). */
export type Answer =
  /** It takes part. `hash`: of the contribution. */
  | (Looked & { readonly kind: 'takes-part'; readonly contribution: Contribution; readonly hash: string })
  /** It fails `rule`, with the words for it. */
  | (Looked & { readonly kind: 'fails'; readonly rule: Rule<any>; readonly words: string })
  /** Whether it takes part depends on what could not be read. */
  | (Looked & { readonly kind: 'unread' })
  /** The vendor, asked for it by id, does not have it. */
  | { readonly kind: 'gone' }
  /** A list that should have it does not. */
  | { readonly kind: 'absent' }

interface Looked {
  readonly stamps: Stamps
  readonly version: string | null
  readonly unread: readonly Unread[]
}

export interface Judgement {
  /** set-aside: something could not be read and there is no former value to keep. */
  readonly effect: 'created' | 'updated' | 'unchanged' | 'left-out' | 'set-aside'
  /** null: nothing to write. */
  readonly next: ClientRecord | null
  /** All that would be less, as far as this answer tells. */
  readonly losses: readonly Loss[]
}

/** At the end of a hash: what is stored is not what the answer gave, so the same answer is judged anew. */
export const IN_PART = ' in part'

export const nothing = (effect: Judgement['effect']): Judgement => ({ effect, next: null, losses: [] })

/** Nothing of it has changed. */
export function restamped(
  stored: ClientRecord,
  part: ClientPart,
  view: Viewpoint,
  effect: Judgement['effect'] = 'unchanged'
): Judgement {
  if (!view.restamp || part.token === view.token) return nothing(effect)
  return { effect, losses: [], next: withPart(stored, { ...part, ...written(view) }, view.at, false) }
}

export function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((entry, at) => entry === b[at])
}
