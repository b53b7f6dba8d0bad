import type { FastifyBaseLogger } from 'fastify'
import fp from 'fastify-plugin'
import type { Store } from './port.ts'
import { type StoreEvents, timedStore } from './timed.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: Store
  }
}

export interface StorageOptions {
  /** Instead of what STORAGE_URL names; closed with the host all the same. */
  readonly store?: Store
  /** Told of every call. @default nobody is, and calls are not timed */
  readonly events?: StoreEvents
}

/**
 * Opens the store that STORAGE_URL names. Registered before everything that writes, so that it closes last: hooks of
 * onClose run in reverse order of registration.
 */
export const storagePlugin = fp<StorageOptions>(
  async (fastify, { store: given, events }) => {
    const opened = given ?? (await openStore(fastify.config.storageUrl, fastify.log))
    const store = events ? timedStore(opened, events) : opened
    fastify.decorate('store', store)
    fastify.addHook('onClose', () => store.close())
  },
  { name: 'storage', fastify: '5.x', dependencies: ['env'] }
)

async function openStore(url: string, log: FastifyBaseLogger): Promise<Store> {
  if (url.startsWith('file:')) {
    const { openSqliteStore } = await import('./sqlite/open.ts')
    return openSqliteStore({ url })
  }
  // The driver is not loaded where it is not used.
  const { openMongoStore } = await import('./mongodb/open.ts')
  return openMongoStore({ url, log })
}
