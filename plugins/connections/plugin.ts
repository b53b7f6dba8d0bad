import type { LookupFunction } from 'node:net'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import { parseOutboundAllow } from '../outbound/allow.ts'
import { createOutbound, type Outbound } from '../outbound/client.ts'
import type { OutboundEvents } from '../outbound/events.ts'
import type { MetaStore } from '../storage/port.ts'
import { createKeyring, type Keyring } from './keyring.ts'
import type { LiveSecrets } from './live-secrets.ts'
import { createVendor, type Vendor } from './vendor.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keyring: Keyring
    outbound: Outbound
    vendor: Vendor
  }
}

export interface ConnectionsOptions {
  readonly secrets: LiveSecrets
  readonly now: () => Date
  /** For tests: how names become addresses. */
  readonly lookup?: LookupFunction
  /** @default nobody is told */
  readonly events?: OutboundEvents
}

/** Decorates the keyring, the only way out (`outbound`) and the maker of connectors' contexts (`vendor`). */
export const connectionsPlugin = fp<ConnectionsOptions>(
  async (fastify, { secrets, now, lookup, events }) => {
    const { config, store, log } = fastify
    const keyring = createKeyring(config.encryptionKeys)
    await checkKeys(keyring, store.meta, await store.connections.keysInUse())
    const outbound = createOutbound({
      allow: parseOutboundAllow(config.OUTBOUND_ALLOW),
      budgets: store.budgets,
      log,
      ...(events && { events }),
      ...(lookup && { lookup })
    })
    fastify.decorate('keyring', keyring)
    fastify.decorate('outbound', outbound)
    fastify.decorate('vendor', createVendor({ store, keyring, outbound, secrets, now }))
    fastify.addHook('onClose', () => outbound.close())
  },
  { name: 'connections', fastify: '5.x', dependencies: ['env', 'storage'] }
)

/** A key that is missing or is not what it was stops the start, before anything is sealed with it or fails to open. */
async function checkKeys(keyring: Keyring, meta: MetaStore, inUse: readonly string[]): Promise<void> {
  for (const id of inUse) {
    if (!keyring.keyIds.includes(id)) {
      throw new errors.HOST_ERR_KEYS_INVALID(
        `key "${id}" is in use and missing; keep it behind the newer keys until keys:rotate has ended`
      )
    }
  }
  for (const id of keyring.keyIds) {
    const kept = await meta.putIfAbsent(`key-check:${id}`, keyring.check(id))
    if (!keyring.verify(id, kept)) {
      throw new errors.HOST_ERR_KEYS_INVALID(
        `key "${id}" is not the key that the store knows by this id; give a new key a new id`
      )
    }
  }
}
