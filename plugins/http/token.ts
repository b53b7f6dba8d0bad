import { parseDuration } from '../config/duration.ts'
import type { Config } from '../config/env.ts'
import { errors } from '../errors.ts'

export interface TokenClaims {
  readonly sub: string
  readonly tenant: string
  readonly permissions: readonly string[]
  /** A duration, `1h`. */
  readonly expires: string
}

/** A token that this host accepts. @throws HOST_ERR_CONFIG if tokens come from the issuer at AUTH_JWKS_URL */
export async function signToken(
  config: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE' | 'authSecret'>,
  { sub, tenant, permissions, expires }: TokenClaims
): Promise<string> {
  if (config.authSecret === null)
    throw new errors.HOST_ERR_CONFIG('AUTH_JWKS_URL is set, so tokens come from that issuer, not from this host.')
  const livesMs = parseDuration(expires)
  if (!livesMs) throw new RangeError('expires takes a duration such as 15m, 1h or 7d')
  const { SignJWT } = await import('jose')
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ tenant, permissions })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(sub)
    .setIssuer(config.AUTH_ISSUER)
    .setAudience(config.AUTH_AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.ceil(livesMs / 1000))
    .sign(new TextEncoder().encode(config.authSecret))
}
