/**
 * Replaces what a vendor's answers say of people and firms by something of the same shape, always by the same: word by
 * word, so that a name is itself again wherever it stands. The key is made of the account's secrets: who has them gets
 * the same samples again, and nobody else can try out names until one fits.
 */
import { createHmac, type Hmac } from 'node:crypto'

export interface Replacer {
  /** A value of a body, whole. @param amounts fields whose numbers were kept as text */
  value(value: unknown, amounts?: readonly string[]): unknown
  /** What is asked for: a JSON body, in which texts that were replaced so far stand as they are. */
  question(value: unknown): unknown
  /** Path and query of a URL, in which they stand as a segment, as a value or between quotes. */
  path(url: string): string
}

export interface ReplacerOptions {
  readonly secrets: readonly string[]
  /** Texts that stay: words of the vendor's that a connector asks for by name. */
  readonly keep: readonly string[]
  /** Origins of the vendor's that were called, each with what stands for it. */
  readonly origins: ReadonlyMap<string, string>
}

const isMoment = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/
const isNumber = /^-?\d{1,15}(\.\d{1,6})?$/
/** Of the vendor's product; some stand in the addresses of what is asked next. */
const isVersion = /^v\d+([._]\d+)*\/?$/
/** A number, or letters with a digit among them; a word may be somebody's name. */
const isId = /^-?(?=[\w-]*\d)[\w-]{1,64}$/
const isName = /^[A-Za-z_$][\w$.@-]*$/
const ofPhones = /phone|fax|mobile|cell|tel|number/i
const ofIds = /(^|_)id$|Ids?$|ID$|[gG]uid$|count$|total$/
const words = /[\p{L}\p{M}\p{N}]+/gu
const email = /([^\s@<>,;:"()]+)@([^\s@<>,;:"()]+)/g
const quoted = /(["'])(.*?)([%*]?)\1/g

export function openReplacer({ secrets, keep, origins }: ReplacerOptions): Replacer {
  const key = createHmac('sha256', 'samples').update(JSON.stringify(secrets)).digest()
  const kept = new Set(keep)
  const replaced = new Map<string, string>()

  const word = (typed: string) => shaped(typed, createHmac('sha256', key).update(typed.toLowerCase()))
  const phrase = (typed: string) =>
    typed
      .split(email)
      .map((part, at) => {
        const text = part.replace(words, found => (kept.has(found) ? found : word(found)))
        // Of an address: who, and where.
        return at % 3 === 1 ? `${text}@` : at % 3 === 2 ? `${text.replace(/\.[^.]*$/, '')}.example` : text
      })
      .join('')

  const replace = (typed: string, field: string): string => {
    if (typed === '' || kept.has(typed) || isMoment.test(typed) || isVersion.test(typed)) return typed
    if (ofIds.test(field) ? isId.test(typed) : isNumber.test(typed) && typed.length < 7 && !ofPhones.test(field))
      return typed
    for (const [origin, stands] of origins)
      if (typed.startsWith(origin)) return stands + path(typed.slice(origin.length))
    const text = phrase(typed)
    replaced.set(typed, text)
    return text
  }

  const known = (text: string) => replaced.get(text) ?? text
  const question = (asked: unknown): unknown => {
    if (typeof asked === 'string') return known(asked)
    if (Array.isArray(asked)) return asked.map(question)
    if (asked === null || typeof asked !== 'object') return asked
    return Object.fromEntries(Object.entries(asked).map(([name, one]) => [name, question(one)]))
  }

  const path = (url: string): string => {
    const [way = '', query] = parted(url)
    const segments = way.split('/').map(segment => {
      const typed = decoded(segment)
      return known(typed) === typed ? segment : encodeURIComponent(known(typed))
    })
    if (query === undefined) return segments.join('/')
    const asked = [...new URLSearchParams(query)].map(([name, one]): [string, string] => [
      name,
      replaced.get(one) ?? one.replace(quoted, (_, quote, typed, any) => `${quote}${known(typed)}${any}${quote}`)
    ])
    return `${segments.join('/')}?${new URLSearchParams(asked)}`
  }

  // Of a user name that says more than one thing, each may stand in a path by itself.
  for (const secret of secrets)
    for (const part of [secret, ...secret.split(/[+:@/\\]/)]) if (part) replaced.set(part, phrase(part))

  const value = (given: unknown, amounts: readonly string[] = [], field = ''): unknown => {
    if (typeof given === 'string') return amounts.includes(field) ? given : replace(given, field)
    if (typeof given === 'number' && ofPhones.test(field) && String(given).length >= 7)
      return Number(phrase(String(given)))
    if (Array.isArray(given)) return given.map(one => value(one, amounts, field))
    if (given === null || typeof given !== 'object') return given
    return Object.fromEntries(
      Object.entries(given).map(([name, one]) => [
        isName.test(name) ? name : replace(name, ''),
        value(one, amounts, name)
      ])
    )
  }
  return { value, question, path }
}

/** Of the same length, a letter for a letter and a digit for a digit. */
function shaped(typed: string, hash: Hmac): string {
  const bytes = hash.digest()
  return [...typed]
    .map((character, at) => {
      const byte = bytes[at % bytes.length]! + at
      if (/\p{N}/u.test(character)) return String(byte % 10)
      const letter = String.fromCharCode(97 + (byte % 26))
      return character === character.toUpperCase() ? letter.toUpperCase() : letter
    })
    .join('')
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** Path and query; a query may hold question marks. */
function parted(url: string): [string, string?] {
  const at = url.indexOf('?')
  return at < 0 ? [url] : [url.slice(0, at), url.slice(at + 1)]
}
