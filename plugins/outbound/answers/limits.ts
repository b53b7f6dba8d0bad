import { SourceUnreadable } from '../../connector/failures.ts'

/** What one answer may hold. Bytes alone say little: 31 KB of gzip unfold to ten million empty objects. */
export interface AnswerLimits {
  /** Over the wire, and of what it decodes to. */
  readonly bytes: number
  /** Objects, lists and scalars, counted as commas and opening brackets, so that an empty object counts as two. */
  readonly values: number
  /** Brackets within brackets. */
  readonly depth: number
  /** For one record of a list, and for all that stands around the lists: what can only be parsed in one go. */
  readonly record: { readonly bytes: number; readonly values: number }
}

/**
 * A page of 1,000 records with 150 fields each is 150,000 values. A value costs V8 up to a microsecond and
 * `bytesPerValue` (objects that have no two keys in common), so a record holds the event loop for a tenth of a second
 * at worst: `npm run bench -- answer-limits`.
 */
export const pageLimits: AnswerLimits = {
  bytes: 33_554_432,
  values: 500_000,
  depth: 64,
  record: { bytes: 4_194_304, values: 100_000 }
}

/** A refusal is short; a longer body of a 4xx is not worth reading. */
export const refusalLimits: AnswerLimits = {
  bytes: 1_048_576,
  values: 20_000,
  depth: 64,
  record: { bytes: 1_048_576, values: 20_000 }
}

/** Memory that a parsed value takes at worst, beside its text. */
export const bytesPerValue = 96

/** So much is parsed before others get a turn, plus the record in which it is exceeded. */
export const piece = { bytes: 1_048_576, values: 50_000 } as const

/** A number with more characters, or a larger exponent, is replaced by a text: no arithmetic is safe with it. */
export const longestNumber = { characters: 64, exponent: 99 } as const
/** So many such numbers are replaced in one answer. */
export const replacedNumbers = 1_000

export function tooLarge(what: string): SourceUnreadable {
  return new SourceUnreadable(`The vendor’s answer is too large: ${what}.`, 'too-large')
}
