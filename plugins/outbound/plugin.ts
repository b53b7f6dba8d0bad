import type { LookupFunction } from 'node:net'
import fp from 'fastify-plugin'
import type { LiveSecrets } from '../log/live-secrets.ts'
import { checkKeys } from '../sealing/key-check.ts'
import { createKeyring, type Keyring } from '../sealing/keyring.ts'
import { createOutbound, type Outbound } from './client.ts'
import type { OutboundEvents } from './events.ts'
import { readOutboundConfig } from './outbound-config.ts'
import { createVendor, type Vendor } from './vendor.ts'

declare module 'fastify' {
  interface FastifyInstance {
    keyring: Keyring
    outbound: Outbound
    vendor: Vendor
  }
}

export interface OutboundPluginOptions {
  readonly secrets: LiveSecrets
  readonly now: () => Date
  /** For tests: how names become addresses. */
  readonly lookup?: LookupFunction
  /** @default nobody is told */
  readonly events?: OutboundEvents
}

/** Decorates the keyring, the only way out (`outbound`) and the maker of connectors' contexts (`vendor`). */
export const outboundPlugin = fp<OutboundPluginOptions>(
  async (fastify, { secrets, now, lookup, events }) => {
    const { config, store, log } = fastify
    const keyring = createKeyring(config.encryptionKeys)
    await checkKeys(keyring, store)
    const outbound = createOutbound({
      ...readOutboundConfig(config),
      budgets: store.budgets,
      log,
      ...(events && { events }),
      ...(lookup && { lookup })
    })
    fastify.decorate('keyring', keyring)
    fastify.decorate('outbound', outbound)
    fastify.decorate(
      'vendor',
      createVendor({ store, keyring, outbound, secrets, now, operatorValues: fastify.operatorValues })
    )
    fastify.addHook('onClose', () => outbound.close())
  },
  { name: 'outbound', fastify: '5.x', dependencies: ['env', 'connectors', 'storage'] }
)
