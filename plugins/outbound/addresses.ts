import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'
import type { AddressRange } from './allow.ts'

export type Address = ipaddr.IPv4 | ipaddr.IPv6

const ranges = (...texts: string[]): readonly AddressRange[] => texts.map(text => ipaddr.parseCIDR(text))

/** What ipaddr.js calls unicast and is not the public internet: Azure's metadata and DNS service, in a public range. */
const notPublic = ranges('168.63.129.16/32')

/** All of IPv6 that is given out for the internet; ipaddr.js names the special ranges in it. */
const globalIPv6 = ranges('2000::/3')

/** Addresses at which clouds hand out credentials to whoever asks from inside. */
const metadata = ranges(
  '169.254.0.0/16',
  '168.63.129.16/32',
  '100.100.100.200/32',
  '192.0.0.192/32',
  'fe80::/10',
  // Amazon, Google, Oracle.
  'fd00:ec2::/32',
  'fd20:ce::/32',
  'fd00:c1::/32'
)

/** Where networks of one's own are. What translates to IPv4, or is set aside for something else, is none. */
const privateNetworks = ranges(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '198.18.0.0/15',
  '127.0.0.0/8',
  '::1/128',
  'fc00::/7'
)

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
  return isGlobal(address) && !isOwn(address)
}

/** A network of one's own, or this machine, by whatever address it has. */
export function isPrivate(address: Address): boolean {
  return inRanges(address, privateNetworks) || (isGlobal(address) && isOwn(address))
}

/** Also by an IPv6 address that a gateway on the way may translate to such an IPv4 one, which stands at its end. */
export function isMetadata(address: Address): boolean {
  if (inRanges(address, metadata)) return true
  if (address.kind() === 'ipv4' || isGlobal(address)) return false
  return inRanges(ipaddr.fromByteArray(address.toByteArray().slice(12)), metadata)
}

function isGlobal(address: Address): boolean {
  if (address.range() !== 'unicast' || inRanges(address, notPublic)) return false
  return address.kind() === 'ipv4' || inRanges(address, globalIPv6)
}

function isOwn(address: Address): boolean {
  const text = address.toNormalizedString()
  return Object.values(networkInterfaces())
    .flat()
    .some(own => own && parseAddress(own.address)?.toNormalizedString() === text)
}
