/** Sign-in by the company's own issuer: OpenID Connect, authorization code with PKCE, state and nonce. */
import type { ClientAuth, Configuration, CustomFetch } from 'openid-client'
import type { OidcConfig } from '../../config/console-config.ts'
import { isOnThisMachine } from '../../config/this-machine.ts'
import { errors } from '../../errors.ts'
import { type Caller, permissions, tenantPattern } from '../../http/auth.ts'
import type { GuardedFetch } from '../../outbound/fetch.ts'
import { isPageOfConsole } from './links.ts'

/** The way to the issuer and back has so long. */
export const oidcSeconds = 600

export interface OidcStart {
  /** At the issuer. */
  readonly url: string
  /** For a cookie: what the browser shows when it comes back, so that nobody is signed in by another's answer. */
  readonly kept: string
}

export interface Oidc {
  /** @throws HOST_ERR_SIGN_IN_UNAVAILABLE */
  begin(to: string): Promise<OidcStart>
  /** @throws HOST_ERR_SIGN_IN_UNAVAILABLE, HOST_ERR_SIGN_IN for an answer that is not to our question, HOST_ERR_SIGN_IN_REFUSED for an account without the claims */
  finish(path: string, kept: string | null): Promise<{ readonly caller: Caller; readonly to: string }>
}

type Client = typeof import('openid-client')

/**
 * @param origin where the issuer sends people back to
 * @param ask the guarded way out, for all that the issuer is asked: what it names may not lead into our network
 */
export function createOidc(config: OidcConfig, origin: string, ask: GuardedFetch): Oidc {
  const callback = `${origin}/console/oidc/callback`
  let found: Promise<{ client: Client; server: Configuration }> | undefined
  const discovered = () => {
    found ??= discover(config, ask).catch(error => {
      found = undefined
      throw new errors.HOST_ERR_SIGN_IN_UNAVAILABLE({ cause: error })
    })
    return found
  }

  return {
    async begin(to) {
      const { client, server } = await discovered()
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()]
      const url = client.buildAuthorizationUrl(server, {
        redirect_uri: callback,
        scope: config.scope,
        state,
        nonce,
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256'
      })
      const kept = Buffer.from(JSON.stringify({ state, nonce, verifier, to })).toString('base64url')
      return { url: url.href, kept }
    },

    async finish(path, kept) {
      const question = readKept(kept)
      if (!question) throw new errors.HOST_ERR_SIGN_IN('it took too long, or was begun in another browser')
      const { client, server } = await discovered()
      const claims = await answered(client, server, new URL(path, origin), question)
      return { caller: callerOf(config, claims), to: question.to }
    }
  }
}

async function discover({ issuer, clientId, clientSecret }: OidcConfig, ask: GuardedFetch) {
  const client = await import('openid-client')
  // The one that the issuer names; post where it names none, as the library does.
  const authenticate: ClientAuth = (server, metadata, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_post']
    const way = methods.includes('client_secret_post') ? client.ClientSecretPost : client.ClientSecretBasic
    way(clientSecret)(server, metadata, body, headers)
  }
  const plain = isOnThisMachine(new URL(issuer).hostname) ? [client.allowInsecureRequests] : []
  // The id token's signature counts, not only the connection that it came by.
  const execute = [client.enableNonRepudiationChecks, ...plain]
  const options = { execute, timeout: 10, [client.customFetch]: guarded(ask) }
  const server = await client.discovery(new URL(issuer), clientId, clientSecret, authenticate, options)
  return { client, server }
}

/** What the guard refuses, or cannot reach, is to the library what it is to any caller of fetch. */
function guarded(ask: GuardedFetch): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const text = body instanceof URLSearchParams ? String(body) : body
    if (typeof text !== 'string' && text !== undefined && text !== null)
      throw new TypeError('an issuer is sent forms alone')
    try {
      return await ask(url, { method, headers, body: text ?? null, signal: signal ?? null })
    } catch (error) {
      signal?.throwIfAborted()
      // The log tells a cause by its code alone.
      const { code } = error as { code?: unknown }
      throw Object.assign(new TypeError('the issuer cannot be asked', { cause: error }), { code })
    }
  }
}

interface Question {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
  readonly to: string
}

function readKept(kept: string | null): Question | null {
  try {
    const { state, nonce, verifier, to } = JSON.parse(Buffer.from(kept ?? '', 'base64url').toString())
    const whole = [state, nonce, verifier].every(value => typeof value === 'string' && value.length >= 20)
    return whole ? { state, nonce, verifier, to: isPageOfConsole(to) ? to : '/console' } : null
  } catch {
    return null
  }
}

/** Of the id token and of userinfo, which has to be about the same subject: many issuers put own claims only there. */
async function answered(
  client: Client,
  server: Configuration,
  url: URL,
  { state, nonce, verifier }: Question
): Promise<Readonly<Record<string, unknown>>> {
  try {
    const tokens = await client.authorizationCodeGrant(server, url, {
      expectedState: state,
      expectedNonce: nonce,
      pkceCodeVerifier: verifier,
      idTokenExpected: true
    })
    const claims = tokens.claims()!
    if (!server.serverMetadata().userinfo_endpoint) return claims
    return { ...claims, ...(await client.fetchUserInfo(server, tokens.access_token, claims.sub)) }
  } catch (error) {
    if (isUnavailable(error)) throw new errors.HOST_ERR_SIGN_IN_UNAVAILABLE({ cause: error })
    const denied = (error as { error?: unknown }).error === 'access_denied'
    const reason = denied ? 'it was declined at the company account' : 'the answer of the company account is not good'
    throw new errors.HOST_ERR_SIGN_IN(reason, { cause: error })
  }
}

/** The issuer is away, or breaks off: not the person's fault. */
function isUnavailable(error: unknown): boolean {
  const { name, code, status, cause } = error as { name?: string; code?: string; status?: number; cause?: unknown }
  const answered = status ?? (cause instanceof Response ? cause.status : 0)
  return name === 'TypeError' || code === 'OAUTH_TIMEOUT' || code === 'OAUTH_ABORT' || answered >= 500
}

function callerOf(config: OidcConfig, claims: Readonly<Record<string, unknown>>): Caller {
  const { sub, [config.tenantClaim]: tenant, [config.permissionsClaim]: given } = claims
  if (typeof tenant !== 'string' || !tenantPattern.test(tenant))
    throw new errors.HOST_ERR_SIGN_IN_REFUSED(`its claim "${config.tenantClaim}" names no tenant`)
  const names = typeof given === 'string' ? given.split(/[\s,]+/) : Array.isArray(given) ? given : []
  const known = permissions.filter(permission => names.includes(permission))
  if (known.length === 0)
    throw new errors.HOST_ERR_SIGN_IN_REFUSED(`its claim "${config.permissionsClaim}" holds no permission of this host`)
  return { sub: String(sub).slice(0, 256), tenant, permissions: known }
}
