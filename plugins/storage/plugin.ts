import type { FastifyBaseLogger } from 'fastify'
import fp from 'fastify-plugin'
import type { Store } from './port.ts'

declare module 'fastify' {
  interface FastifyInstance {
    store: Store
  }
}

export interface StorageOptions {
  /** Instead of what STORAGE_URL names; closed with the host all the same. */
  readonly store?: Store
}

/**
 * Opens the store that STORAGE_URL names. Registered before everything that writes, so that it closes last: hooks of
 * onClose run in reverse order of registration.
 */
export const storagePlugin = fp<StorageOptions>(
  async (fastify, { store: given }) => {
    const store = given ?? (await openStore(fastify.config.storageUrl, fastify.log))
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
