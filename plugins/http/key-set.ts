import type { JSONWebKeySet, JWTVerifyGetKey } from 'jose'

/** As fetch does, of the host's guarded way out. */
export type KeyFetch = (url: URL) => Promise<Response>

export interface KeySetOptions {
  readonly url: URL
  readonly fetch: KeyFetch
  /** Milliseconds that only grow. @default performance.now */
  readonly now?: () => number
}

/** A key that the issuer takes out of its set opens the door for so long at most. */
export const freshForMs = 10 * 60_000
/** And so long at most while the set cannot be read: an issuer that is away for a moment turns nobody out. */
export const servedForMs = 60 * 60_000
/** An unknown key makes the set be read again, so often at most. */
const unknownEveryMs = 60_000
/** After a failure, doubled with each in a row. */
const backoffMs = { first: 1000, most: 60_000 } as const

/** The issuer's key set for `jwtVerify`, read when it is needed and no more often than this file says. */
export function createKeySet({ url, fetch, now = () => performance.now() }: KeySetOptions): JWTVerifyGetKey {
  let known: { readonly find: JWTVerifyGetKey; readonly readAt: number } | undefined
  let reading: Promise<void> | undefined
  let failures = 0
  let failure: unknown
  let notBefore = Number.NEGATIVE_INFINITY

  const age = () => (known ? now() - known.readAt : Number.POSITIVE_INFINITY)

  async function read(): Promise<void> {
    try {
      const answer = await fetch(url)
      if (answer.status !== 200) throw new Error(`the key set is answered with status ${answer.status}`)
      const set = (await answer.json()) as JSONWebKeySet
      if (!Array.isArray(set?.keys)) throw new Error('the answer is no key set')
      const { createLocalJWKSet } = await import('jose')
      known = { find: createLocalJWKSet(set), readAt: now() }
      failures = 0
      notBefore = now() + unknownEveryMs
    } catch (error) {
      failure = error
      notBefore = now() + Math.min(backoffMs.first * 2 ** failures++, backoffMs.most)
    } finally {
      reading = undefined
    }
  }

  /** Reads once for all who ask meanwhile, and not before its time. */
  async function refresh(): Promise<void> {
    if (now() < notBefore) return
    reading ??= read()
    await reading
  }

  return async (header, token) => {
    if (age() >= freshForMs) await refreshWhenDue()
    if (!known || age() >= servedForMs) throw new KeySetUnreadable(failure)
    try {
      return await known.find(header, token)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_JWKS_NO_MATCHING_KEY') throw error
      const before = known
      await refresh()
      if (known === before) throw error
      return known.find(header, token)
    }
  }

  /** What is known goes on being served while it is read anew; who knows nothing waits. */
  async function refreshWhenDue(): Promise<void> {
    // The pause after a good read is for unknown keys: a set that has grown old is read at once.
    if (failures === 0) notBefore = Number.NEGATIVE_INFINITY
    if (known && age() < servedForMs) void refresh()
    else await refresh()
  }
}

/** Not the caller's fault. */
export class KeySetUnreadable extends Error {
  override readonly name = 'KeySetUnreadable'

  constructor(cause: unknown) {
    super('the key set of the token issuer cannot be read', { cause })
  }
}
