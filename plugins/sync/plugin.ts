import fp from 'fastify-plugin'
import { createDispatcher, type Dispatcher } from './dispatcher.ts'
import type { EngineEvents } from './events.ts'
import type { Reports } from './reports.ts'
import { createUndoer, type Undoer } from './undoer.ts'

declare module 'fastify' {
  interface FastifyInstance {
    dispatcher: Dispatcher
    undoer: Undoer
  }
}

export interface SyncOptions {
  readonly now: () => Date
  /** @default nobody is told */
  readonly events?: EngineEvents
  /** @default nobody is told */
  readonly reports?: Reports
}

/** Decorates `fastify.dispatcher` and `fastify.undoer`; closing interrupts runs, which keep their last page, before the store closes. */
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
    const undoer = createUndoer({
      ...{ store, log, now },
      leaseTtlMs: config.leaseTtlMs,
      keepMs: config.historyKeepMs,
      freed: dispatcher.poke
    })
    fastify.decorate('undoer', undoer)
    fastify.addHook('onClose', async () => {
      await Promise.all([dispatcher.close(), undoer.close()])
    })
  },
  { name: 'sync', fastify: '5.x', dependencies: ['env', 'storage', 'outbound', 'connectors'] }
)
