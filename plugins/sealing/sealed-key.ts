import { randomBytes } from 'node:crypto'
import type { MetaStore } from '../storage/port.ts'
import type { Keyring } from './keyring.ts'

/**
 * A key of the store's own, 32 bytes: made once, kept sealed by each wrapping key that a host has started with, so that
 * it outlives key rotation.
 * @param purpose part of stored data: never renamed
 */
export async function sealedKey(meta: MetaStore, keyring: Keyring, purpose: string): Promise<Buffer> {
  // It belongs to no tenant and no connection.
  const owner = { tenant: '', connectionId: purpose }
  const nameOf = (kek: string) => `sealed-key:${purpose}:${kek}`

  /** Of several hosts that start at once the first one's counts. */
  async function keep(key: string): Promise<Buffer> {
    const { activeKeyId } = keyring
    const kept = await meta.putIfAbsent(nameOf(activeKeyId), JSON.stringify(keyring.seal(owner, { key })))
    return Buffer.from(keyring.open(owner, JSON.parse(kept)).key!, 'base64')
  }

  for (const kek of keyring.keyIds) {
    const kept = await meta.get(nameOf(kek))
    if (kept === null) continue
    const { key } = keyring.open(owner, JSON.parse(kept))
    return kek === keyring.activeKeyId ? Buffer.from(key!, 'base64') : keep(key!)
  }
  return keep(randomBytes(32).toString('base64'))
}
