import { SignJWT } from 'jose'
import type { Caller } from './auth.ts'
import type { Config } from './env.ts'

/** A token that this host accepts while it checks with the same secret; lives for `expiresMs`. */
export function signToken(
  config: Pick<Config, 'AUTH_ISSUER' | 'AUTH_AUDIENCE'>,
  secret: string,
  caller: Caller,
  expiresMs: number
): Promise<string> {
  const now = Math.floor(Date.now() / 1000)
  return new SignJWT({ tenant: caller.tenant, permissions: caller.permissions })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(caller.sub)
    .setIssuer(config.AUTH_ISSUER)
    .setAudience(config.AUTH_AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.ceil(expiresMs / 1000))
    .sign(new TextEncoder().encode(secret))
}
