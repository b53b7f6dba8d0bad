import { randomBytes } from 'node:crypto'
import type { Keyring } from '../sealing/keyring.ts'
import type { MetaStore } from '../storage/port.ts'

/** Belongs to no tenant and no connection. */
const owner = { tenant: '', connectionId: 'audit-trail' }
const nameOf = (kek: string) => `audit-key:${kek}`

/**
 * The key of the audit trail: made once for each store, kept sealed by each wrapping key that a host has started with,
 * so that it outlives key rotation.
 */
export async function trailKey(meta: MetaStore, keyring: Keyring): Promise<Buffer> {
  for (const kek of keyring.keyIds) {
    const kept = await meta.get(nameOf(kek))
    if (kept === null) continue
    const { key } = keyring.open(owner, JSON.parse(kept))
    if (kek !== keyring.activeKeyId) await keep(meta, keyring, key!)
    return Buffer.from(key!, 'base64')
  }
  return Buffer.from(await keep(meta, keyring, randomBytes(32).toString('base64')), 'base64')
}

/** Of several hosts that start at once the first one's counts. */
async function keep(meta: MetaStore, keyring: Keyring, key: string): Promise<string> {
  const kept = await meta.putIfAbsent(nameOf(keyring.activeKeyId), JSON.stringify(keyring.seal(owner, { key })))
  return keyring.open(owner, JSON.parse(kept)).key!
}
