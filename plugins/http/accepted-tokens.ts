import { hash } from 'node:crypto'
import type { JWTPayload } from 'jose'

export type Verify = (token: string) => Promise<JWTPayload>

/** Kept at most; for one more, the one that was accepted first goes. */
const MOST = 1000

/**
 * Verifies each token once and from then on only looks at its times, `toleranceS` seconds to either side. For a key
 * that stays the same as long as the process lives: nothing but time turns what it has signed from good to bad.
 * Digests are kept, not tokens, and nothing of what was refused.
 */
export function rememberAccepted(verify: Verify, toleranceS: number, now: () => number = Date.now): Verify {
  const accepted = new Map<string, JWTPayload>()
  return async token => {
    const digest = hash('sha256', token, 'base64')
    const known = accepted.get(digest)
    const seconds = Math.floor(now() / 1000)
    if (known && known.exp! > seconds - toleranceS && (known.nbf ?? 0) <= seconds + toleranceS) return known
    accepted.delete(digest)
    const claims = await verify(token)
    accepted.set(digest, claims)
    if (accepted.size > MOST) accepted.delete(accepted.keys().next().value!)
    return claims
  }
}
