/** What one tenant may take of the host at once, so that no tenant stands in another's way. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import { errors } from '../errors.ts'
import { onceOver } from './once-over.ts'

export interface SharesOptions {
  /** Requests of one tenant under way at once. @default 125, a quarter of what the host takes */
  readonly mostOfTenant?: number
  /** Calls of one tenant that wait for a vendor at once. @default 4 */
  readonly mostVendorCalls?: number
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route waits for a vendor, up to half a minute: few of these at once for a tenant, and fewer each minute. */
    callsVendor?: boolean
  }
}

/** Counts by tenant; those with none under way take no room. */
class Places {
  readonly #taken = new Map<string, number>()
  readonly #most: number

  constructor(most: number) {
    this.#most = most
  }

  tryTake(tenant: string): boolean {
    const taken = this.#taken.get(tenant) ?? 0
    if (taken >= this.#most) return false
    this.#taken.set(tenant, taken + 1)
    return true
  }

  release(tenant: string): void {
    const taken = this.#taken.get(tenant)! - 1
    if (taken > 0) this.#taken.set(tenant, taken)
    else this.#taken.delete(tenant)
  }
}

function busy(reply: FastifyReply): never {
  reply.header('retry-after', '2')
  throw new errors.HOST_ERR_TENANT_BUSY()
}

export const sharesPlugin = fp<SharesOptions>(
  async (fastify, { mostOfTenant = 125, mostVendorCalls = 4 }) => {
    const requests = new Places(mostOfTenant)
    const vendorCalls = new Places(mostVendorCalls)

    fastify.addHook('onRequest', async (request, reply) => {
      const tenant = request.caller?.tenant
      if (tenant === undefined || request.routeOptions.config.live) return
      if (!requests.tryTake(tenant)) busy(reply)
      onceOver(reply, () => requests.release(tenant))
    })

    // A call to a vendor goes on when its caller hangs up, so its place is held until the work itself has ended.
    fastify.addHook('onRoute', route => {
      if (!route.config?.callsVendor) return
      const { handler } = route
      route.handler = async function shared(request: FastifyRequest, reply: FastifyReply) {
        const { tenant } = request.caller
        if (!vendorCalls.tryTake(tenant)) busy(reply)
        try {
          return await handler.call(this, request, reply)
        } finally {
          vendorCalls.release(tenant)
        }
      }
    })
  },
  { name: 'shares', fastify: '5.x', dependencies: ['auth'] }
)
