import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'

export interface OverloadOptions {
  /** Requests under way at once. @default 500 */
  readonly most?: number
}

/**
 * Refuses what comes while too many requests are under way: better told to come back than kept waiting. It counts
 * requests instead of measuring delays, so that a slow machine is not taken for a busy one.
 */
export const overloadPlugin = fp<OverloadOptions>(
  async (fastify, { most = 500 }) => {
    const underWay = new WeakSet<FastifyRequest>()
    let count = 0

    fastify.addHook('onRequest', async (request, reply) => {
      // Whoever is killed for being busy makes the others busier.
      if (request.routeOptions.url === '/health/live') return
      if (count >= most) {
        reply.header('retry-after', '5')
        throw new errors.HOST_ERR_OVERLOADED()
      }
      count++
      underWay.add(request)
    })
    fastify.addHook('onResponse', async request => {
      if (underWay.delete(request)) count--
    })
  },
  { name: 'overload', fastify: '5.x', dependencies: ['problem'] }
)
