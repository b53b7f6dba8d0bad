import { TargetRefused } from '../connector/failures.ts'
import { type Address, inRanges, isMetadata, isPrivate, isPublic, parseAddress } from './addresses.ts'
import type { OutboundAllow } from './allow.ts'

/**
 * Scheme and authority of an absolute URL, judged before the URL parser rewrites them: no user information, escapes,
 * blanks, backslashes or letters beyond ASCII, all of which parsers read differently.
 */
const plainAuthority = /^https?:\/\/(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?(?:[/?]|$)/i

/** The same words for every cause. */
export function refusal(): TargetRefused {
  return new TargetRefused(
    'This address may not be called. Allowed are the vendor’s own host names over https, and what the operator lists in OUTBOUND_ALLOW.'
  )
}

/** @returns the parsed URL, which may be connected to if its addresses pass `addressAllowed` @throws TargetRefused */
export function checkUrl(text: string, vendorHosts: readonly string[], allow: OutboundAllow): URL {
  const url = plainAuthority.test(text) ? URL.parse(text) : null
  if (!url || !mayBeCalled(url, vendorHosts, allow)) throw refusal()
  return url
}

function mayBeCalled(url: URL, vendorHosts: readonly string[], allow: OutboundAllow): boolean {
  if (allow.origins.has(url.origin)) return true
  if (url.protocol !== 'https:') return false
  const literal = addressLiteral(url.hostname)
  if (literal) return inListedRange(literal, allow)
  return url.port === '' && vendorHosts.some(pattern => matchesHost(url.hostname, pattern.toLowerCase()))
}

/** Undefined: a name. */
export function addressLiteral(hostname: string) {
  return parseAddress(hostname.replace(/^\[(.*)\]$/, '$1'))
}

/** Names that mean something in a network of one's own; behind a proxy nobody else looks at what they lead to. */
const internalName = /(^|\.)(localhost|local|internal|intranet|lan|corp|home|private|arpa|onion)$/

/** `*` is any name of the internet: for calls that no connector makes, and its addresses are judged when it is connected to. */
function matchesHost(hostname: string, pattern: string): boolean {
  if (pattern === '*') return /^[^.].*\.[^.]+$/.test(hostname) && !internalName.test(hostname)
  if (!pattern.startsWith('*.')) return hostname === pattern
  const below = pattern.slice(1)
  return hostname.endsWith(below) && hostname.length > below.length
}

/** A metadata service in a wider range was not meant; listed by itself it was. */
function inListedRange(address: Address, { ranges }: OutboundAllow): boolean {
  const meant = isMetadata(address)
    ? ranges.filter(([network, bits]) => bits === network.toByteArray().length * 8)
    : ranges
  return inRanges(address, meant)
}

/**
 * Whether a connection for `origin` may go to `address`: what the operator listed; the public internet; and, for the
 * name of a listed origin, private networks without the cloud's metadata services.
 */
export function addressAllowed(address: string, origin: string, allow: OutboundAllow): boolean {
  const parsed = parseAddress(address)
  if (!parsed) return false
  if (inListedRange(parsed, allow) || isPublic(parsed)) return true
  if (!allow.origins.has(origin)) return false
  return addressLiteral(new URL(origin).hostname) !== undefined || (isPrivate(parsed) && !isMetadata(parsed))
}
