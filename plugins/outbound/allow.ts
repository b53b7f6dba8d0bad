import ipaddr from 'ipaddr.js'
import { errors } from '../errors.ts'

/** A network and the length of its prefix. */
export type AddressRange = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/** What the operator lets the host call beside the connectors' vendor hosts. */
export interface OutboundAllow {
  /** As URL.origin spells them. */
  readonly origins: ReadonlySet<string>
  readonly ranges: readonly AddressRange[]
}

/** A shorter prefix would switch the guard off for most of the network; fc00::/7 is the widest range with a meaning. */
const shortestPrefix = { ipv4: 8, ipv6: 7 } as const

/** @throws HOST_ERR_CONFIG naming the variable, the entry (without what may be a password) and what is allowed */
export function parseOutboundAllow(text: string): OutboundAllow {
  const refuse = (entry: string, reason: string, number: number) => {
    const shown = mayBeShown(text, entry) ? `"${entry}"` : `entry ${number}, which may hold a password,`
    return new errors.HOST_ERR_CONFIG(
      `OUTBOUND_ALLOW: ${shown} cannot be used: ${reason}. Allowed are origins (https://psa.example.org:8443, http://127.0.0.1:4001) and CIDRs (10.20.0.0/16), comma separated.`
    )
  }
  const origins = new Set<string>()
  const ranges: AddressRange[] = []
  for (const [at, part] of text.split(',').entries()) {
    const entry = part.trim()
    if (entry === '') continue
    const refuseThis = (reason: string) => refuse(entry, reason, at + 1)
    if (entry.includes('://')) origins.add(parseOrigin(entry, refuseThis))
    else ranges.push(parseRange(entry, refuseThis))
  }
  return { origins, ranges }
}

function parseOrigin(entry: string, refuse: (reason: string) => Error): string {
  const match = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?\/?$/i.exec(entry)
  const url = match ? URL.parse(entry) : null
  // A host that the URL parser spells otherwise (127.1, 2130706433) is not the one that a reader of the variable sees.
  if (!match || !url || (url.hostname !== match[1]!.toLowerCase() && !match[1]!.startsWith('[')) || url.port === '0') {
    throw refuse('an origin has a scheme (https, or http for plain text), a host and perhaps a port, nothing more')
  }
  return url.origin
}

function parseRange(entry: string, refuse: (reason: string) => Error): AddressRange {
  const [address = '', prefix] = entry.split('/')
  const spelled = address.includes(':') ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address)
  if (!spelled || address.includes('%') || prefix === undefined || !ipaddr.isValidCIDR(entry)) {
    throw refuse('a range is an address and the length of its prefix (one address alone: 10.0.0.5/32)')
  }
  const range = unmapped(ipaddr.parseCIDR(entry))
  if (!range) throw refuse(`the range is too wide, of mapped IPv4 the prefix is at least /${96 + shortestPrefix.ipv4}`)
  const shortest = shortestPrefix[range[0].kind()]
  if (range[1] < shortest) throw refuse(`the range is too wide, the prefix is at least /${shortest}`)
  return range
}

/** Addresses are compared as IPv4 if they are mapped (::ffff:10.1.2.3), and so are ranges of such; undefined: wider than all of them. */
function unmapped([network, bits]: AddressRange): AddressRange | undefined {
  if (network.kind() === 'ipv4') return [network, bits]
  const ipv6 = network as ipaddr.IPv6
  if (!ipv6.isIPv4MappedAddress()) return [network, bits]
  return bits < 96 ? undefined : [ipv6.toIPv4Address(), bits - 96]
}

/** A password may hold a comma, so the other entries are looked at too. */
function mayBeShown(text: string, entry: string): boolean {
  return !/[@?#]/.test(text) && !/:\/\/[^[]*:(?!\d*(\/|$))/.test(entry)
}
