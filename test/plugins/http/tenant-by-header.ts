import fp from 'fastify-plugin'
import type { Caller } from '../../../plugins/http/auth.ts'

/** In the place of `auth`: the tenant stands in a header, as who calls is not the matter. */
export const tenantByHeader = fp(
  async fastify => {
    fastify.decorateRequest('caller', null as unknown as Caller)
    fastify.addHook('onRequest', async request => {
      const tenant = request.headers['x-tenant']
      if (typeof tenant === 'string') request.caller = { tenant, sub: 'someone', permissions: [] }
    })
  },
  { name: 'auth' }
)
