import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import { onceOver } from './once-over.ts'

export interface OverloadOptions {
  /** Requests under way at once. @default 500 */
  readonly most?: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** An answer that goes on as long as somebody looks: counted by who gives it, not with requests under way. */
    live?: boolean
  }
}

/** Whoever is killed for being busy makes the others busier, and whoever is taken out of the balance does too. */
const exempt: ReadonlySet<string | undefined> = new Set(['/health/live', '/health/ready', '/metrics'])

/**
 * Refuses what comes while too many requests are under way: better told to come back than kept waiting. It counts
 * requests instead of measuring delays, so that a slow machine is not taken for a busy one.
 */
export const overloadPlugin = fp<OverloadOptions>(
  async (fastify, { most = 500 }) => {
    let count = 0
    fastify.addHook('onRequest', async (request, reply) => {
      if (exempt.has(request.routeOptions.url) || request.routeOptions.config.live) return
      if (count >= most) {
        reply.header('retry-after', '5')
        throw new errors.HOST_ERR_OVERLOADED()
      }
      count++
      onceOver(reply, () => {
        count--
      })
    })
  },
  { name: 'overload', fastify: '5.x', dependencies: ['problem'] }
)
