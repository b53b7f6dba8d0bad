import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { AddressRange } from './allow.ts'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

/** What ipaddr.js calls unicast and is not the public internet. */
const notPublic: readonly AddressRange[] = [
  // Azure's metadata and DNS service, in a public range.
  ipaddr.parseCIDR('168.63.129.16/32'),
  // IPv4-compatible IPv6: some systems still take ::127.0.0.1 to IPv4.
  ipaddr.parseCIDR('::/96')
]

/** Addresses at which clouds hand out credentials to whoever asks from inside. */
const metadata: readonly AddressRange[] = [
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fe80::/10',
  'fd00:ec2::/32'
].map(range => ipaddr.parseCIDR(range))

/** IPv4 mapped into IPv6 (::ffff:127.0.0.1) comes back as IPv4; undefined: not an address. */
export function parseAddress(text: string): Address | undefined {
  if (!ipaddr.isValid(text)) return undefined
  // ipaddr.js reads ::8.8.8.8 as 8.8.8.8 (and ::808:808, which is the same, as IPv6); the system connects to the IPv6 one.
  const compatible = /^::(\d+\.\d+\.\d+\.\d+)$/.exec(text)?.[1]
  if (compatible) return ipaddr.fromByteArray([...Array(12).fill(0), ...ipaddr.IPv4.parse(compatible).toByteArray()])
  return ipaddr.process(text)
}

export function inRanges(address: Address, ranges: readonly AddressRange[]): boolean {
  return ranges.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
}

/** On the public internet, and not one of this machine's own. */
export function isPublic(address: Address): boolean {
  return address.range() === 'unicast' && !inRanges(address, notPublic) && !isOwn(address)
}

export function isMetadata(address: Address): boolean {
  return inRanges(address, metadata)
}

function isOwn(address: Address): boolean {
  const text = address.toNormalizedString()
  return Object.values(networkInterfaces())
    .flat()
    .some(own => own && parseAddress(own.address)?.toNormalizedString() === text)
}
