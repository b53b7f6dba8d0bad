/** Who calls: a bearer JWT names the tenant and the permissions, and every route says which permission it takes. */
import type { FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { JWTPayload, JWTVerifyGetKey, JWTVerifyOptions } from 'jose'
import type { Config } from '../config/env.ts'
import { errors } from '../errors.ts'
import { rememberAccepted, type Verify } from './accepted-tokens.ts'

export { signToken } from './token.ts'

export const permissions = ['integrations:read', 'integrations:update', 'clients:read'] as const
export type Permission = (typeof permissions)[number]

export interface Caller {
  readonly sub: string
  readonly tenant: string
  readonly permissions: readonly string[]
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** null: anyone may call it, without a token. */
    permission?: Permission | null
  }
  interface FastifyRequest {
    /** Set on every route but those with `permission: null`. */
    caller: Caller
  }
}

/** Tenant names go into keys and logs. */
export const tenantPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/
/** Larger than any honest token; longer ones are not even parsed. */
const longestToken = 8192

const asymmetric = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ')

/** In seconds. */
const clockTolerance = 30

/** The algorithms belong to the kind of key, never to the token's header. */
export function createVerifier(config: Config): Verify {
  const claims: JWTVerifyOptions = {
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    clockTolerance,
    requiredClaims: ['exp', 'sub']
  }
  if (config.AUTH_JWKS_URL !== undefined) {
    const url = new URL(config.AUTH_JWKS_URL)
    const limits = { timeoutDuration: 5000, cooldownDuration: 60_000 }
    let keys: JWTVerifyGetKey | undefined
    return async token => {
      const { createRemoteJWKSet, jwtVerify } = await jose()
      keys ??= createRemoteJWKSet(url, limits)
      return (await jwtVerify(token, keys, { ...claims, algorithms: asymmetric })).payload
    }
  }
  if (config.authSecret === null) throw new errors.HOST_ERR_CONFIG('AUTH_SECRET or AUTH_JWKS_URL must be set.')
  const key = new TextEncoder().encode(config.authSecret)
  return rememberAccepted(async token => {
    const { jwtVerify } = await jose()
    return (await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] })).payload
  }, clockTolerance)
}

let loaded: Promise<typeof import('jose')> | undefined

/** Loaded with the first token, as a start is to be quick, and once, as each import() looks for the file anew. */
function jose(): Promise<typeof import('jose')> {
  loaded ??= import('jose')
  return loaded
}

function bearer(request: FastifyRequest): string {
  const header = request.headers.authorization
  if (header === undefined) throw new errors.HOST_ERR_UNAUTHENTICATED('the Authorization header is missing')
  const match = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(header.slice(0, longestToken + 10))
  if (!match || match[1]!.length > longestToken)
    throw new errors.HOST_ERR_UNAUTHENTICATED('the Authorization header is not "Bearer" and a token')
  return match[1]!
}

function callerOf(claims: JWTPayload): Caller {
  const { sub, tenant, permissions } = claims
  if (typeof sub !== 'string' || sub === '' || sub.length > 256)
    throw new errors.HOST_ERR_UNAUTHENTICATED('its "sub" is not a text of 1 to 256 characters')
  if (typeof tenant !== 'string' || !tenantPattern.test(tenant))
    throw new errors.HOST_ERR_UNAUTHENTICATED(
      'its "tenant" is not a name of up to 64 letters, digits, ".", "_" and "-"'
    )
  if (!Array.isArray(permissions) || !permissions.every(permission => typeof permission === 'string'))
    throw new errors.HOST_ERR_UNAUTHENTICATED('its "permissions" is not an array of texts')
  return { sub, tenant, permissions }
}

/** The issuer does not hand out its keys: not the caller's fault, so never a 401. */
function isKeySetFailure(error: unknown): boolean {
  const { code } = error as { code?: string }
  return code === undefined || !/^ERR_J/.test(code) || /^ERR_(JWKS_(TIMEOUT|INVALID)|JOSE_GENERIC)$/.test(code)
}

/** In our words: the text of the library names keys and claims in ways that help a forger more than a caller. */
function reasonOf(error: unknown): string {
  const { code, claim } = error as { code?: string; claim?: string }
  if (code === 'ERR_JWT_EXPIRED') return 'it has expired'
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && claim !== undefined && /^(iss|aud|exp|nbf|sub)$/.test(claim))
    return `its "${claim}" is not accepted`
  return 'it is not a token that this host accepts'
}

export const authPlugin = fp(
  async fastify => {
    const verify = createVerifier(fastify.config)
    fastify.decorateRequest('caller', null as unknown as Caller)

    // Looked at when all hooks of all scopes have seen the route, so that a scope may declare it for routes it does not write itself.
    const routes: RouteOptions[] = []
    fastify.addHook('onRoute', route => {
      routes.push(route)
    })
    fastify.addHook('onReady', async () => {
      for (const { method, url, config } of routes) {
        const permission = config?.permission
        if (permission !== null && !permissions.some(known => known === permission))
          throw new errors.HOST_ERR_ROUTE_WITHOUT_PERMISSION(String(method), url)
      }
    })

    fastify.addHook('onRequest', async request => {
      const needed = request.routeOptions.config.permission
      // A URL without a route has no config; its answer is the 404 handler's.
      if (needed === null || request.is404) return
      let claims: JWTPayload
      const token = bearer(request)
      try {
        claims = await verify(token)
      } catch (error) {
        if (isKeySetFailure(error)) {
          request.log.error({ err: error }, 'the key set at AUTH_JWKS_URL cannot be read')
          throw new errors.HOST_ERR_AUTH_UNAVAILABLE()
        }
        throw new errors.HOST_ERR_UNAUTHENTICATED(reasonOf(error))
      }
      const caller = callerOf(claims)
      if (needed === undefined || !caller.permissions.includes(needed)) {
        request.log.warn({ sub: caller.sub, tenant: caller.tenant, permission: needed }, 'permission refused')
        throw new errors.HOST_ERR_FORBIDDEN(needed)
      }
      request.caller = caller
    })
  },
  { name: 'auth', fastify: '5.x', dependencies: ['first-start', 'problem'] }
)
