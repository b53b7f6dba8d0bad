/** Who comes in, and how far: the hooks of the console's scope, in the order in which they ask. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { ConsoleConfig } from '../config/console-config.ts'
import { errors } from '../errors.ts'
import type { FindCaller } from '../http/auth.ts'
import { contentSecurityPolicy } from '../http/security-headers.ts'
import type { LiveSession } from '../storage/port.ts'
import { formOf } from './desk.ts'
import { readCookie, sessionCookies } from './session/cookie.ts'
import { isFormToken } from './session/form-token.ts'
import { ownOrigin } from './session/own-origin.ts'
import { findSession } from './session/sessions.ts'

/** Larger than any form: the longest field is the notes of whoever connects a vendor. */
const largestForm = 32 * 1024

export interface Doors {
  /** null: nobody is signed in. */
  sessionOf(request: FastifyRequest): Promise<LiveSession | null>
  /** For plugins/http/auth.ts. @throws HOST_ERR_UNAUTHENTICATED */
  readonly findCaller: FindCaller
}

export function openDoors(host: FastifyInstance, { origin }: ConsoleConfig): Doors {
  const { isOwnHost } = ownOrigin(origin)

  /** In a frame of another site only the framed one comes; where both do, the one of the page that asks. */
  async function sessionOf(request: FastifyRequest): Promise<LiveSession | null> {
    const { cookie } = request.headers
    const names = [sessionCookies.alone, sessionCookies.embedded]
    if (isFramed(request)) names.reverse()
    for (const name of names) {
      const session = await findSession(host.store, readCookie(cookie, name))
      if (session) return session
    }
    return null
  }

  return {
    sessionOf,
    async findCaller(request) {
      if (!isOwnHost(request)) throw foreign(request)
      const session = await sessionOf(request)
      if (!session) throw new errors.HOST_ERR_UNAUTHENTICATED('sign in to the console')
      request.session = session
      const { sub, tenant, permissions } = session
      return { sub, tenant, permissions }
    }
  }
}

/** Hooks of the scope that all of the console's routes are in. */
export function guardScope(scope: FastifyInstance, { origin, embed }: ConsoleConfig): void {
  const { isOwnHost, isOwnPost } = ownOrigin(origin)
  scope.decorateRequest('session', null)
  scope.removeAllContentTypeParsers()
  const form = { parseAs: 'string', bodyLimit: largestForm } as const
  scope.addContentTypeParser<string>('application/x-www-form-urlencoded', form, async (_: unknown, body: string) => {
    return new URLSearchParams(body)
  })

  scope.addHook('onRequest', async request => {
    if (!isOwnHost(request)) throw foreign(request)
    if (!isSafe(request) && !isOwnPost(request)) throw new errors.HOST_ERR_FORM_EXPIRED()
  })

  scope.addHook('preHandler', async request => {
    if (!isSafe(request) && request.session) requireFormToken(request, request.session)
  })

  const alone = policy(["'none'"])
  const framed = policy(embed)
  scope.addHook('onSend', async (request, reply) => {
    const mayBeFramed = embed.length > 0 && isFramed(request)
    reply.header('content-security-policy', mayBeFramed ? framed : alone)
    // With no referrer at all a browser names no origin for a form either.
    reply.header('referrer-policy', 'same-origin')
    if (!reply.hasHeader('vary')) reply.header('vary', 'cookie, sec-fetch-dest')
    if (mayBeFramed) reply.removeHeader('x-frame-options')
  })
}

/** The options of a form that takes nothing but a session. */
export function signedIn({ sessionOf }: Doors) {
  const preHandler = async (request: FastifyRequest) => {
    request.session = await sessionOf(request)
    if (!request.session) throw new errors.HOST_ERR_UNAUTHENTICATED('sign in to the console')
    requireFormToken(request, request.session)
  }
  return { config: { permission: null }, schema: { hide: true }, preHandler } as const
}

function requireFormToken(request: FastifyRequest, { formKey }: LiveSession): void {
  if (!isFormToken(formKey, formOf(request).get('_csrf'))) throw new errors.HOST_ERR_FORM_EXPIRED()
}

/** Browsers say so themselves; no page can. */
export function isFramed({ headers }: FastifyRequest): boolean {
  return headers['sec-fetch-dest'] === 'iframe' || headers['sec-fetch-dest'] === 'frame'
}

function isSafe({ method }: FastifyRequest): boolean {
  return method === 'GET' || method === 'HEAD'
}

function foreign(request: FastifyRequest): Error {
  return new errors.HOST_ERR_ROUTE_NOT_FOUND(`console at this name (${request.method})`)
}

function policy(frameAncestors: readonly string[]): string {
  return contentSecurityPolicy({
    frameAncestors: [...frameAncestors],
    fontSrc: ["'self'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ['console']
  })
}
