/** How entries of the audit trail are bound to each other: by an HMAC over each entry and the mac before it. */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { ActivityAnchor, ActivityEntry, ChainEnd } from '../storage/activity-port.ts'

export type Unchained = Omit<ActivityEntry, 'seq' | 'keyId' | 'mac'>

/** Says what the trail's key is without telling it. */
export function keyIdOf(key: Buffer): string {
  return hash('sha256', key, 'base64url').slice(0, 10)
}

/** The next entry behind `end`; null: the first one. */
export function chained(key: Buffer, end: ChainEnd | null, unchained: Unchained): ActivityEntry {
  const numbered = { ...unchained, seq: (end?.seq ?? 0) + 1, keyId: keyIdOf(key) }
  return { ...numbered, mac: macOf(key, end?.mac ?? '', numbered) }
}

/** Whether the entry is what this key's holder wrote behind `end`. */
export function follows(key: Buffer, end: ChainEnd | null, entry: ActivityEntry): boolean {
  return entry.seq === (end?.seq ?? 0) + 1 && same(entry.mac, macOf(key, end?.mac ?? '', entry))
}

export function anchored(key: Buffer, tenant: string, { seq, mac }: ChainEnd): ActivityAnchor {
  return { seq, mac, keyId: keyIdOf(key), anchorMac: anchorMacOf(key, tenant, { seq, mac }) }
}

export function isAnchor(key: Buffer, tenant: string, anchor: ActivityAnchor): boolean {
  return same(anchor.anchorMac, anchorMacOf(key, tenant, anchor))
}

/** In an order of its own, whatever order a store gives the fields back in. */
function macOf(key: Buffer, before: string, entry: Omit<ActivityEntry, 'mac'>): string {
  const { tenant, seq, at, actor, action, target, from, outcome, code, requestId, details, keyId } = entry
  const sorted = Object.entries(details).sort(([a], [b]) => (a < b ? -1 : 1))
  const fields = [tenant, seq, at, actor, action, target?.kind, target?.id, from, outcome, code, requestId, keyId]
  return hmac(key, ['entry', before, ...fields, sorted])
}

function anchorMacOf(key: Buffer, tenant: string, { seq, mac }: ChainEnd): string {
  return hmac(key, ['anchor', tenant, seq, mac])
}

function hmac(key: Buffer, fields: readonly unknown[]): string {
  return createHmac('sha256', key).update(JSON.stringify(fields)).digest('base64url')
}

function same(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)]
  return a.length === b.length && timingSafeEqual(a, b)
}
