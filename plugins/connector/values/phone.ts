import type { CountryCode } from 'libphonenumber-js/min'
import { countryCode } from './country.ts'
import { digitCount, digitsBesideWords, extensionOf, numberIn, type PhoneNumber } from './phone-number.ts'

export type { PhoneNumber }

/** Characters of a field that are looked at. */
const longestField = 2000
/** Numbers of one field; nobody types more. */
const most = 20

/** A sign that stands between two numbers and not within one. */
const betweenNumbers = /[;,|\r\n\t]|\s(?:or|and|&)\s/giu
/** Also stand within a number. */
const betweenGroups = /\/|\s[-–—]\s/gu
const northAmerican = /^(?:(\+?1)[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?(\d{3})[ .-]?(\d{4})$/
/**
 * The phone number of a field, its first if it has several; null if it has none ("N/A", "see notes 2", `000-000-0000`).
 * @param hint the country of the address beside it, by name or ISO code, for numbers without one
 * @param extension if the vendor keeps it apart; it goes before one in the text (`x12`, `ext. 12`, `#12`)
 */
export function phone(typed: string, hint?: string | null, extension?: string | null): PhoneNumber | null {
  return phones(typed, hint, extension)[0] ?? null
}

/** Every phone number of a field; an extension kept apart is the first one's. 20 at most. */
export function phones(typed: string, hint?: string | null, extension?: string | null): PhoneNumber[] {
  const country = hint ? countryCode(hint.trim()) : undefined
  const apart = extensionOf(extension)
  const usual = usualNumber(typed, country)
  if (usual) return [{ value: usual, typed, extension: apart }]
  const found: PhoneNumber[] = []
  for (const piece of piecesOf(typed.slice(0, longestField).trim())) {
    const number = numberIn(piece, country)
    if (number === undefined) continue
    const inText = number.extension
    found.push({ ...number, extension: found.length === 0 ? (apart ?? inText) : inText })
    if (found.length === most) break
  }
  return found
}

/**
 * Whether two entries are one phone: the same number, and the same extension unless one has none. A number whose
 * country is not known is the same as one that ends with it.
 */
export function samePhone(a: NumberAndExtension, b: NumberAndExtension): boolean {
  if (a.extension !== b.extension && a.extension !== null && b.extension !== null) return false
  return a.value === b.value || endsWith(a.value, b.value) || endsWith(b.value, a.value)
}

type NumberAndExtension = Pick<PhoneNumber, 'value' | 'extension'>

/** `whole` with its country code, at most three digits, is `part` without one. */
function endsWith(whole: string, part: string): boolean {
  if (!whole.startsWith('+') || part.startsWith('+')) return false
  const national = part.replace(/^0+/, '')
  return whole.endsWith(national) && whole.length - national.length <= 4
}

/** Most numbers of most accounts: of North America, with nothing around. A tenth of the time, to the same end. */
function usualNumber(typed: string, country: CountryCode | undefined): string | undefined {
  if (country !== undefined && country !== 'US' && country !== 'CA') return undefined
  const [, prefix, area, exchange, line] = northAmerican.exec(typed) ?? []
  if (area === undefined) return undefined
  return `${country || prefix?.startsWith('+') ? '+1' : (prefix ?? '')}${area}${exchange}${line}`
}

function piecesOf(field: string): string[] {
  return divided(field, betweenNumbers).flatMap(piece => divided(piece, betweenGroups))
}

/** Cuts where both sides are long enough for numbers of their own. */
function divided(field: string, sign: RegExp): string[] {
  const pieces: string[] = []
  let start = 0
  let digits = 0
  let cut = { at: 0, length: 0 }
  const goOn = (at: number, length: number) => {
    const more = digitCount(field.slice(cut.at + cut.length, at))
    if (digits >= digitsBesideWords && more >= digitsBesideWords) {
      pieces.push(field.slice(start, cut.at).trim())
      start = cut.at + cut.length
      digits = 0
    }
    digits += more
    cut = { at, length }
  }
  for (const { 0: found, index } of field.matchAll(sign)) goOn(index, found.length)
  goOn(field.length, 0)
  return [...pieces, field.slice(start).trim()]
}
