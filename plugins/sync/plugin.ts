import fp from 'fastify-plugin'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import type { EngineEvents } from './events.ts'
import type { Reports } from './reports.ts'

declare module 'fastify' {
  interface FastifyInstance {
    dispatcher: Dispatcher
  }
}

export interface SyncOptions {
  readonly now: () => Date
  /** @default nobody is told */
  readonly events?: EngineEvents
  /** @default nobody is told */
  readonly reports?: Reports
}

/** Decorates `fastify.dispatcher`; closing interrupts runs, which keep their last page, before the store closes. */
export const syncPlugin = fp<SyncOptions>(
  async (fastify, { now, events, reports }) => {
    const { store, vendor, connectors, config, log } = fastify
    const dispatcher = createDispatcher({
      store,
      vendor,
      connectors,
      log,
      now,
      concurrency: config.syncConcurrency,
      lossLimit: { share: config.lossShare, floor: config.lossFloor },
      leaseTtlMs: config.leaseTtlMs,
      ...(events && { events }),
      ...(reports && { reports })
    })
    fastify.decorate('dispatcher', dispatcher)
    fastify.addHook('onClose', () => dispatcher.close())
  },
  { name: 'sync', fastify: '5.x', dependencies: ['env', 'storage', 'outbound', 'connectors'] }
)
