/** The lists of a client's profile out of lines as the vendor has them, each value once and the first one primary. */
import type { Email, Phone } from '../../entities/shapes/client.ts'
import { emails } from './emails.ts'
import { phones } from './phone.ts'
import { text } from './text.ts'
import { websiteKey, websites } from './websites.ts'

/** One field of a vendor that is meant to hold an e-mail address. */
export interface EmailLine {
  /** Text or null, whatever the vendor sent. */
  readonly typed: unknown
  readonly label: string | null
  /** The first line that says so is; if none does, the first address. */
  readonly primary?: boolean
}

/** One field of a vendor that is meant to hold a phone number. */
export interface PhoneLine extends EmailLine {
  /** If the vendor keeps it apart. */
  readonly extension?: unknown
  /** Whose it is: one person's number that is listed with and without an extension is one phone. */
  readonly owner?: string
}

/** Each address once, capitals aside, in the order of the lines. */
export function emailsOf(lines: readonly EmailLine[]): Email[] {
  const found = new Map<string, Email>()
  for (const { typed, label, primary = false } of lines) {
    for (const value of emails(text(typed) ?? '')) {
      const key = value.toLowerCase()
      const same = found.get(key)
      if (!same) found.set(key, { value, label, primary })
      else same.primary ||= primary
    }
  }
  return withOnePrimary([...found.values()])
}

/**
 * Each number once for each of its extensions, in the order of the lines.
 * @param country of the client's address, by name or ISO code
 */
export function phonesOf(lines: readonly PhoneLine[], country?: string | null): Phone[] {
  const all = onceForEachOwner(lines, country)
  if (all.length < 2) return withOnePrimary(all)
  const found = new Map<string, Phone>()
  for (const one of all) {
    const key = `${one.value} ${one.extension}`
    const same = found.get(key)
    if (!same) found.set(key, one)
    else same.primary ||= one.primary
  }
  return withOnePrimary([...found.values()])
}

function onceForEachOwner(lines: readonly PhoneLine[], country: string | null | undefined): Phone[] {
  const found: Phone[] = []
  const firsts = new Map<string, Phone>()
  for (const { typed, extension, label, owner, primary = false } of lines) {
    for (const number of phones(text(typed) ?? '', country, text(extension))) {
      const one: Phone = { ...number, label, primary }
      const first = owner === undefined ? undefined : firsts.get(`${owner} ${one.value}`)
      if (first && (one.extension === null || first.extension === null)) {
        first.extension ??= one.extension
        first.primary ||= primary
      } else {
        found.push(one)
        if (owner !== undefined && !first) firsts.set(`${owner} ${one.value}`, one)
      }
    }
  }
  return found
}

/** @param typed fields that are meant to hold websites; whatever the vendor sent */
export function websitesOf(typed: readonly unknown[]): string[] {
  const sites = typed.flatMap(one => websites(text(one) ?? ''))
  if (sites.length < 2) return sites
  const found = new Map<string, string>()
  for (const site of sites) {
    const key = websiteKey(site)
    if (!found.has(key)) found.set(key, site)
  }
  return [...found.values()]
}

function withOnePrimary<T extends { primary: boolean }>(list: T[]): T[] {
  const primary = Math.max(
    list.findIndex(one => one.primary),
    0
  )
  for (const [index, one] of list.entries()) one.primary = index === primary
  return list
}
