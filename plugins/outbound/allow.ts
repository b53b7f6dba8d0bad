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

/** @throws HOST_ERR_CONFIG naming the variable, the entry and what is allowed */
export function parseOutboundAllow(text: string): OutboundAllow {
  const origins = new Set<string>()
  const ranges: AddressRange[] = []
  for (const entry of text.split(',').map(part => part.trim())) {
    if (entry === '') continue
    if (entry.includes('://')) origins.add(parseOrigin(entry))
    else ranges.push(parseRange(entry))
  }
  return { origins, ranges }
}

function parseOrigin(entry: string): string {
  const match = /^https?:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?\/?$/i.exec(entry)
  const url = match ? URL.parse(entry) : null
  // A host that the URL parser spells otherwise (127.1, 2130706433) is not the one that a reader of the variable sees.
  if (!match || !url || (url.hostname !== match[1]!.toLowerCase() && !match[1]!.startsWith('[')) || url.port === '0') {
    throw refuse(
      entry,
      'an origin has a scheme (https, or http for plain text), a host and perhaps a port, nothing more'
    )
  }
  return url.origin
}

function parseRange(entry: string): AddressRange {
  const [address = '', prefix] = entry.split('/')
  const spelled = address.includes(':') ? ipaddr.IPv6.isValid(address) : ipaddr.IPv4.isValidFourPartDecimal(address)
  if (!spelled || address.includes('%') || prefix === undefined || !ipaddr.isValidCIDR(entry)) {
    throw refuse(entry, 'a range is an address and the length of its prefix (one address alone: 10.0.0.5/32)')
  }
  const range = ipaddr.parseCIDR(entry)
  const shortest = shortestPrefix[range[0].kind()]
  if (range[1] < shortest) throw refuse(entry, `the range is too wide, the prefix is at least /${shortest}`)
  return range
}

function refuse(entry: string, reason: string): Error {
  return new errors.HOST_ERR_CONFIG(
    `OUTBOUND_ALLOW: "${entry}" cannot be used: ${reason}. Allowed are origins (https://psa.example.org:8443, http://127.0.0.1:4001) and CIDRs (10.20.0.0/16), comma separated.`
  )
}
