import { isIPv4 } from 'node:net'
import { isDomain } from './domain.ts'
import { fieldText } from './text.ts'

/** Websites of one field; nobody types more. */
const most = 20
const longest = 2000

/** Almost all that is stored, and quickly told: a host in plain letters, nothing else. */
const usual = /^(https?:\/\/)?(?:[a-z0-9]+(?:-[a-z0-9]+)*\.)+[a-z]{2,24}\/?$/
const longestUsual = 64
const onlyWww = /^www\.[^.]*$/

const word = /[^\s<>"`|\p{Cc}]+/gu
const nextScheme = /[,;](?=https?:|www\.)/i
/** Up to the end of the host, where a comma divides; behind it, it is part of the path. */
const hostPart = /^(?:https?:[\\/]*)*[^\\/?#,;]*/i
const scheme = /^(https?)(?::[\\/]*|[\\/]{2,})/i
/** No user, and no scheme: behind a colon stands a port. */
const parts = /^([^\\/?#:@]+)(:\d{1,5})?([\\/?#].*)?$/s

/**
 * Every website of a field, each once, as something that can be followed: `https://` is put before what has no scheme
 * (`www.firm.example/about`), the host is in lower case, everything else is as typed. Left out is what is no address
 * of a website: `N/A`, `none`, `-`, `http://`, words, hosts without a point, e-mail addresses, any scheme but http and
 * https. 20 at most, each of 2,000 characters at most.
 */
export function websites(typed: string): string[] {
  const isUsual = typed.length <= longestUsual ? usual.exec(typed) : null
  if (isUsual && !onlyWww.test(typed)) return [isUsual[1] ? typed : `https://${typed}`]
  const found = new Map<string, string>()
  for (const [one] of fieldText(typed, 'NFC').matchAll(word)) {
    for (const part of addressesIn(one)) {
      const site = websiteOf(part)
      if (site === undefined) continue
      const key = websiteKey(site)
      if (!found.has(key)) found.set(key, site)
      if (found.size === most) return [...found.values()]
    }
  }
  return [...found.values()]
}

/** Equal for addresses of one page: the scheme and a last slash do not matter. @param site as `websites` gives it */
export function websiteKey(site: string): string {
  return site.replace(/^https?:\/\//, '').replace(/\/$/, '')
}

function* addressesIn(word: string): Generator<string> {
  for (const part of word.split(nextScheme)) {
    for (let rest = part; rest !== ''; ) {
      const [host] = hostPart.exec(rest)!
      const divides = /[,;]/.test(rest.charAt(host.length))
      yield divides ? host : rest
      rest = divides ? rest.slice(host.length + 1) : ''
    }
  }
}

function websiteOf(typed: string): string | undefined {
  if (typed.length > longest) return
  let rest = withoutMarks(typed)
  let protocol: string | undefined
  for (let found = scheme.exec(rest); found; found = scheme.exec(rest)) {
    protocol = found[1]!.toLowerCase()
    rest = rest.slice(found[0].length)
  }
  rest = rest.replace(/^[\\/]+/, '')
  const [, typedHost, port = '', path = ''] = parts.exec(rest) ?? []
  if (typedHost === undefined) return
  const host = typedHost.toLowerCase().replace(/\.+$/, '')
  if (onlyWww.test(host) || !(isDomain(host) || (protocol && isIPv4(host)))) return
  // Browsers take a backslash for a slash.
  const site = `${protocol ?? 'https'}://${host}${port}${path.replaceAll('\\', '/')}`
  return site.length <= longest && URL.canParse(site) ? site : undefined
}

/** Brackets and quotes around, and the end of a sentence. A closing bracket belongs to an opening one. */
function withoutMarks(typed: string): string {
  const begun = typed.replace(/^[([{'*]+/, '')
  return begun.replace(/[([{]/.test(begun) ? /[.,;:!'*]+$/ : /[.,;:!'*)\]}]+$/, '')
}
