/** Who calls: a bearer JWT names the tenant and the permissions, and every route says which permission it takes. */
import type { FastifyRequest, RouteOptions } from 'fastify'
import fp from 'fastify-plugin'
import type { JWTPayload, JWTVerifyOptions, JWTVerifyResult } from 'jose'
import type { Config } from '../config/env.ts'
import { errors } from '../errors.ts'
import { rememberAccepted, type Verify } from './accepted-tokens.ts'
import { createKeySet, type KeyFetch, KeySetUnreadable } from './key-set.ts'

export { signToken } from './token.ts'

export const permissions = [
  'integrations:read',
  'integrations:update',
  'clients:read',
  'audit:read',
  'console:link'
] as const
export type Permission = (typeof permissions)[number]

export interface Caller {
  readonly sub: string
  readonly tenant: string
  readonly permissions: readonly string[]
}

/** Throws if nobody is to be found by what the request carries. */
export type FindCaller = (request: FastifyRequest) => Promise<Caller>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** How the caller is found: by a bearer token, or by a session of the console. @default 'token' */
    by?: 'token' | 'session'
    /** One, or several that are all needed; null: anyone may call it, without a token. */
    permission?: Permission | readonly Permission[] | null
  }
  interface FastifyInstance {
    /** A way that is not here finds nobody, and a route that needs it stops the start. */
    findCaller: Map<'token' | 'session', FindCaller>
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
function createVerifier(config: Config, fetchKeys: KeyFetch): Verify {
  const claims: JWTVerifyOptions = {
    issuer: config.AUTH_ISSUER,
    audience: config.AUTH_AUDIENCE,
    clockTolerance,
    requiredClaims: ['exp', 'sub']
  }
  if (config.AUTH_JWKS_URL !== undefined) {
    const keys = createKeySet({ url: new URL(config.AUTH_JWKS_URL), fetch: fetchKeys })
    return async token => {
      const { jwtVerify } = await jose()
      return accessClaims(await jwtVerify(token, keys, { ...claims, algorithms: asymmetric }))
    }
  }
  if (config.authSecret === null) throw new errors.HOST_ERR_CONFIG('AUTH_SECRET or AUTH_JWKS_URL must be set.')
  const key = new TextEncoder().encode(config.authSecret)
  return rememberAccepted(async token => {
    const { jwtVerify } = await jose()
    return accessClaims(await jwtVerify(token, key, { ...claims, algorithms: ['HS256'] }))
  }, clockTolerance)
}

/** An issuer signs more than access tokens (id tokens, logout tokens) with the same key: those name their kind. */
function accessClaims({ payload, protectedHeader: { typ } }: JWTVerifyResult): JWTPayload {
  if (typ !== undefined && !/^(application\/)?(jwt|at\+jwt)$/i.test(typ))
    throw new errors.HOST_ERR_UNAUTHENTICATED('it is not an access token ("typ")')
  return payload
}

/**
 * A stolen token does not open the door for as long as its issuer was generous: it is taken for so long from its
 * "iat" on, or, without one, if it ends within that time.
 */
function requireYoung({ iat, exp }: JWTPayload, maxAgeMs: number): void {
  const seconds = Date.now() / 1000
  const longest = maxAgeMs / 1000 + clockTolerance
  const isYoung = iat === undefined ? exp! - seconds <= longest : seconds - iat <= longest
  if (!isYoung) throw new errors.HOST_ERR_UNAUTHENTICATED('it is older than TOKEN_MAX_AGE allows')
  if (iat !== undefined && iat > seconds + clockTolerance)
    throw new errors.HOST_ERR_UNAUTHENTICATED('its "iat" lies in the future')
}

let loaded: Promise<typeof import('jose')> | undefined

/** Loaded with the first token, as a start is to be quick, and once, as each import() looks for the file anew. */
function jose(): Promise<typeof import('jose')> {
  // A failed load is not kept: the next token tries again.
  loaded ??= import('jose').catch(error => {
    loaded = undefined
    throw error
  })
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
  return error instanceof KeySetUnreadable || code === undefined || !/^ERR_J/.test(code)
}

/** In our words: the text of the library names keys and claims in ways that help a forger more than a caller. */
function reasonOf(error: unknown): string {
  const { code, claim } = error as { code?: string; claim?: string }
  if (code === 'ERR_JWT_EXPIRED') return 'it has expired'
  if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' && claim !== undefined && /^(iss|aud|exp|nbf|sub)$/.test(claim))
    return `its "${claim}" is not accepted`
  return 'it is not a token that this host accepts'
}

const listed = (needed: Permission | readonly Permission[] | undefined): readonly string[] =>
  needed === undefined ? ['(none declared)'] : typeof needed === 'string' ? [needed] : needed

/** Known names, at least one: a route that declares an empty list would be open to every token. */
function isDeclared(needed: Permission | readonly Permission[] | undefined): boolean {
  const names = listed(needed)
  return names.length > 0 && names.every(name => permissions.some(known => known === name))
}

export interface AuthOptions {
  /** The guarded way to the token issuer's key set. */
  readonly fetchKeys: KeyFetch
}

export const authPlugin = fp<AuthOptions>(
  async (fastify, { fetchKeys }) => {
    const { tokenMaxAgeMs } = fastify.config
    const verify = createVerifier(fastify.config, fetchKeys)
    const byToken: FindCaller = async request => {
      let claims: JWTPayload
      const token = bearer(request)
      try {
        claims = await verify(token)
      } catch (error) {
        if (error instanceof errors.HOST_ERR_UNAUTHENTICATED) throw error
        if (isKeySetFailure(error)) {
          request.log.error({ err: error }, 'the key set at AUTH_JWKS_URL cannot be read')
          throw new errors.HOST_ERR_AUTH_UNAVAILABLE()
        }
        throw new errors.HOST_ERR_UNAUTHENTICATED(reasonOf(error))
      }
      requireYoung(claims, tokenMaxAgeMs)
      return callerOf(claims)
    }
    fastify.decorateRequest('caller', null as unknown as Caller)
    const finders = new Map<'token' | 'session', FindCaller>([['token', byToken]])
    fastify.decorate('findCaller', finders)

    // Looked at when all hooks of all scopes have seen the route, so that a scope may declare it for routes it does not write itself.
    const routes: RouteOptions[] = []
    fastify.addHook('onRoute', route => {
      routes.push(route)
    })
    fastify.addHook('onReady', async () => {
      for (const { method, url, config } of routes) {
        const needed = config?.permission
        if (needed !== null && !isDeclared(needed))
          throw new errors.HOST_ERR_ROUTE_WITHOUT_PERMISSION(String(method), url)
        if (!finders.has(config?.by ?? 'token')) throw new TypeError(`${url}: nobody finds a caller by ${config?.by}`)
      }
    })

    fastify.addHook('onRequest', async request => {
      const { permission: needed, by = 'token' } = request.routeOptions.config
      // A URL without a route has no config; its answer is the 404 handler's.
      if (needed === null || request.is404) return
      const caller = await finders.get(by)!(request)
      request.caller = caller
      const missing = listed(needed).find(permission => !caller.permissions.includes(permission))
      if (missing !== undefined) {
        request.log.warn({ sub: caller.sub, tenant: caller.tenant, permission: missing }, 'permission refused')
        throw new errors.HOST_ERR_FORBIDDEN(missing)
      }
    })
  },
  { name: 'auth', fastify: '5.x', dependencies: ['first-start', 'problem'] }
)
