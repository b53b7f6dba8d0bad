import helmet from '@fastify/helmet'
import fp from 'fastify-plugin'

/** Nothing from elsewhere, nothing inline, no frames. */
const policy: Readonly<Record<string, string[]>> = {
  defaultSrc: ["'none'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
  baseUri: ["'none'"]
}

/** The policy as one header value, with `changes` to single directives. */
export function contentSecurityPolicy(changes: Readonly<Record<string, string[]>> = {}): string {
  return Object.entries({ ...policy, ...changes })
    .map(([name, sources]) => `${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`)} ${sources.join(' ')}`)
    .join('; ')
}

/** Headers that tell browsers to trust nothing that an answer does not need; answers are not kept by caches. */
export const securityHeadersPlugin = fp(
  async fastify => {
    await fastify.register(helmet, {
      contentSecurityPolicy: {
        useDefaults: false,
        directives: { ...policy, requireTrustedTypesFor: ["'script'"] }
      },
      strictTransportSecurity: { maxAge: 31_536_000, includeSubDomains: true },
      frameguard: { action: 'deny' },
      referrerPolicy: { policy: 'no-referrer' },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' }
    })
    fastify.addHook('onSend', async (_request, reply) => {
      if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    })
  },
  { name: 'security-headers', fastify: '5.x' }
)
