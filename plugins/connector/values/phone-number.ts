/** One number out of a piece of text that holds one at most. */
import type { CountryCode } from 'libphonenumber-js/min'
import { phoneLibrary } from './phone-library.ts'
import { cut, isAscii } from './text.ts'

export interface PhoneNumber {
  /** E.164 (`+15550100199`) where a country is typed or hinted and the length is possible there, else the digits alone. */
  readonly value: string
  /** As typed, trimmed; 200 characters at most. */
  readonly typed: string
  /** Digits. */
  readonly extension: string | null
}

const longestTyped = 200
/** What a number has with its exchange; fewer digits beside words are a note ("see notes 2"). */
export const digitsBesideWords = 7
/** Short numbers are dialled too (`911`). */
const fewestDigits = 3
const digitsBeforeExtension = 5
const longestExtension = 10
/** E.164. */
const mostDigits = 15

const run = /\+?[ (]*\d(?:[\d ()./-]*\d)?/g
const mark =
  /(?:(?<!\p{L})(?:extension|extn?|ex|x|durchwahl|poste|ramal|anexo|interno)\s?[.:=]?\s?#?|#)\s?(\d{1,10})(?!\d)/giu
/** A toll-free number that spells a word: 1-800-FLOWERS. */
const spelled = /^\+?1?[ (.-]*(8(?:00|33|44|55|66|77|88))[ ).-]+([a-z\d][a-z\d .-]*)$/i
const keys = 'abcdefghijklmnopqrstuvwxyz'
const keyDigits = '22233344455566677778889999'

export function digitCount(text: string): number {
  return text.match(/\p{Nd}/gu)?.length ?? 0
}

/** Undefined: it has none. @param piece trimmed */
export function numberIn(piece: string, country: CountryCode | undefined): PhoneNumber | undefined {
  const typed = piece.length > longestTyped ? cut(piece, longestTyped) : piece.toWellFormed()
  const { text, extension } = withoutExtension(inAscii(typed))
  const spelledOut = spelledDigits(text)
  const found = spelledOut ?? longestRun(text)
  const digits = found.replace(/\D/g, '')
  const fewest = spelledOut === undefined && /\p{L}/u.test(text) ? digitsBesideWords : fewestDigits
  if (digits.length < fewest || /^0*$/.test(digits)) return undefined
  const value = dialled(found, country)
  return value === undefined ? undefined : { value, typed, extension }
}

/** Digits of other scripts, full width and the dashes of word processors. */
function inAscii(typed: string): string {
  if (isAscii(typed)) return typed
  return typed
    .replace(/\p{Cf}/gu, '')
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, digit => String(digit.codePointAt(0)! & 15))
    .replace(/\p{Pd}|\u2212/gu, '-')
}

function withoutExtension(text: string): { text: string; extension: string | null } {
  for (const { 1: digits, index } of text.matchAll(mark)) {
    const before = text.slice(0, index)
    if (digitCount(before) >= digitsBeforeExtension) return { text: before, extension: digits! }
  }
  return { text, extension: null }
}

/** Of a field for extensions alone. */
export function extensionOf(apart: string | null | undefined): string | null {
  const digits = /\d(?:[ -]?\d)*/.exec(inAscii((apart ?? '').slice(0, longestTyped)))?.[0].replace(/\D/g, '')
  return digits?.slice(0, longestExtension) ?? null
}

function spelledDigits(text: string): string | undefined {
  const [, toll, word] = spelled.exec(text.trim()) ?? []
  const pressed = word?.toLowerCase().replace(/[ .-]/g, '')
  if (!pressed || !/[a-z]/.test(pressed) || pressed.length < 7 || pressed.length > 10) return undefined
  // What is spelled beyond seven is for reading.
  return toll + pressed.slice(0, 7).replace(/[a-z]/g, letter => keyDigits[keys.indexOf(letter)]!)
}

function longestRun(text: string): string {
  const runs = text.match(run) ?? []
  return runs.reduce((longest, one) => (digitCount(one) > digitCount(longest) ? one : longest), '')
}

/** Undefined: no number is that long. */
function dialled(found: string, country: CountryCode | undefined): string | undefined {
  const whole = tidy(found)
  const known = e164(whole, country)
  if (known) return known
  const isTooLong = whole.replace(/^(?:\+|00|011)/, '').length > mostDigits
  // Two numbers in one, or a number and what its last digits may also be: `8139357100/01`.
  const ends = [...found.matchAll(isTooLong ? /[ /]/g : /\/| - /g)].map(({ index }) => found.slice(0, index))
  for (const beginning of ends.reverse()) {
    const first = digitCount(beginning) >= digitsBesideWords ? e164(tidy(beginning), country) : undefined
    if (first) return first
  }
  return isTooLong ? undefined : whole
}

function tidy(found: string): string {
  return (found.startsWith('+') ? '+' : '') + found.replace(/\D/g, '')
}

/** Undefined if no country is known or no number of it has this length. */
function e164(number: string, country: CountryCode | undefined): string | undefined {
  return possible(number, country) ?? (number.startsWith('00') ? possible(`+${number.slice(2)}`) : undefined)
}

function possible(number: string, country?: CountryCode): string | undefined {
  if (country === undefined && !number.startsWith('+')) return undefined
  const found = read(number, country)
  // A number that is read otherwise the next time (zeros that may be a prefix) has not been told.
  return found === undefined || found === number || read(found) === found ? found : undefined
}

function read(number: string, country?: CountryCode): string | undefined {
  const options = { extract: false, ...(country && { defaultCountry: country }) }
  const found = phoneLibrary().parsePhoneNumberFromString(number, options)
  return found?.isPossible() ? found.number : undefined
}
