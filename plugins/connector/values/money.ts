import { Big } from 'big.js'
import { RecordRejected } from '../failures.ts'

export const zero = new Big(0)

/** Digits before the point; ten times the money of the world fits. */
const wholes = 15
/** Digits after the point. */
const decimals = 6
/** What a float can have, and so what a vendor sends that reckons with floats: 16.666666666666668. */
const floatDigits = 17
/** Characters; the digits above with a sign, a point, an exponent, and zeros to spare. */
const longest = 64

/** The exponent's digits by themselves: nothing reckons with more than three. */
const decimal = /^-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?(\d+))?$/i
const exponentDigits = 3

/** `refused` ends a sentence that begins with what the amount is: "is no number". */
export type AmountRead =
  | { readonly amount: Big | null; readonly refused?: never }
  | { readonly amount?: never; readonly refused: string }

/**
 * A decimal as the vendor sent it (text), as JSON made it (number) or as it was reckoned (Big); null for null, absent
 * or empty. Refused with more than 15 digits before the point or more than 6 after it, so that no exponent makes a
 * text of megabytes; only the tail of a float, and of what was reckoned here, is rounded to 6.
 */
export function readAmount(value: unknown): AmountRead {
  if (value === null || value === undefined) return { amount: null }
  if (value instanceof Big) return bounded(value, true)
  if (typeof value !== 'number' && typeof value !== 'string') return { refused: 'is no number' }
  const typed = String(value).trim()
  if (typed === '') return { amount: null }
  if (typed.length > longest) return { refused: `is longer than ${longest} characters` }
  const parts = decimal.exec(typed)
  if (!parts) return { refused: 'is no number' }
  if (parts[1] && parts[1].length > exponentDigits)
    return { refused: `has an exponent of more than ${exponentDigits} digits` }
  const read = new Big(typed)
  return bounded(read, read.c.length <= floatDigits)
}

function bounded(read: Big, mayRound: boolean): AmountRead {
  if (!mayRound && decimalsOf(read) > decimals) return { refused: `has more than ${decimals} digits after the point` }
  const amount = decimalsOf(read) > decimals ? read.round(decimals, Big.roundHalfUp) : read
  if (amount.e >= wholes) return { refused: `has more than ${wholes} digits before the point` }
  return { amount }
}

/**
 * The same for a mapping, where a cost that is a guess is worse than none.
 * @param what begins the reason: "An amount of agreement 7"
 * @throws RecordRejected
 */
export function amount(value: unknown, what = 'An amount'): Big | null {
  const read = readAmount(value)
  if (read.refused !== undefined) throw new RecordRejected(`${what} ${read.refused}.`)
  return read.amount
}

/** `1234.50`: every decimal the amount has, at least two, no exponent, no minus zero. */
export function money(value: Big): string {
  return value.eq(0) ? '0.00' : value.toFixed(Math.max(2, decimalsOf(value)))
}

function decimalsOf(value: Big): number {
  return Math.max(0, value.c.length - 1 - value.e)
}
