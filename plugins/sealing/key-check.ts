import { errors } from '../errors.ts'
import type { Store } from '../storage/port.ts'
import type { Keyring } from './keyring.ts'

/** A key that is missing or is not what it was stops the start, before anything is sealed with it or fails to open. */
export async function checkKeys(
  keyring: Keyring,
  { meta, connections }: Pick<Store, 'meta' | 'connections'>
): Promise<void> {
  for (const id of await connections.keysInUse()) {
    if (!keyring.keyIds.includes(id)) {
      throw new errors.HOST_ERR_KEYS_INVALID(
        `key "${id}" is in use and missing; keep it behind the newer keys until keys:rotate has ended`
      )
    }
  }
  for (const id of keyring.keyIds) {
    const name = `key-check:${id}`
    // Most starts find it: a start that writes nothing waits for no other writer.
    const kept = (await meta.get(name)) ?? (await meta.putIfAbsent(name, keyring.check(id)))
    if (!keyring.verify(id, kept)) {
      throw new errors.HOST_ERR_KEYS_INVALID(
        `key "${id}" is not the key that the store knows by this id; give a new key a new id`
      )
    }
  }
}
