import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { errors } from '../errors.ts'
import type { PlannedQuery } from './client-query.ts'
import type { Page } from './page-weight.ts'
import type { Listing, TwoWayListing, TwoWayPageRequest } from './port.ts'

/** Lists that give out cursors; a cursor of one is no cursor of another. */
export type ListName =
  | 'connections'
  | 'installations'
  | 'runs'
  | 'all-runs'
  | 'rejects'
  | 'agreements'
  | 'losses'
  | 'history'
  | 'activity'
  | PlannedQuery['list']

/** Longest that is looked at, in characters: room for two names of 1,000 characters. */
const MAX_LENGTH = 16_384

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/**
 * Opaque texts for the position of the last item given out. A position may hold a client's name, and cursors stand in
 * URLs, which are logged: so they are encrypted, with a key that each store makes for itself and keeps.
 */
export class Cursors {
  readonly #key: Uint8Array

  /** @param key 32 random bytes */
  constructor(key: Uint8Array) {
    this.#key = key
  }

  encode(list: ListName, position: readonly string[]): string {
    const nonce = randomBytes(NONCE_BYTES)
    const cipher = createCipheriv(CIPHER, this.#key, nonce).setAAD(Buffer.from(list))
    const text = Buffer.concat([cipher.update(JSON.stringify(position), 'utf8'), cipher.final()])
    return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url')
  }

  /** The position in a cursor of this list; null for no cursor. Throws HOST_ERR_BAD_CURSOR. */
  decode(list: ListName, cursor: string | null): string[] | null {
    if (cursor === null) return null
    if (cursor.length > MAX_LENGTH || !/^[A-Za-z0-9_-]+$/.test(cursor)) throw new errors.HOST_ERR_BAD_CURSOR()
    const bytes = Buffer.from(cursor, 'base64url')
    try {
      const cipher = createDecipheriv(CIPHER, this.#key, bytes.subarray(0, NONCE_BYTES), { authTagLength: TAG_BYTES })
      cipher.setAAD(Buffer.from(list)).setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES))
      const text = Buffer.concat([cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()])
      return JSON.parse(text.toString())
    } catch {
      // Not of this list, not of this store, or made up.
      throw new errors.HOST_ERR_BAD_CURSOR()
    }
  }

  /** Where a page of a list that goes both ways begins; `back`: it is read backwards from there. */
  start(list: ListName, { cursor, before = null }: TwoWayPageRequest): { from: string[] | null; back: boolean } {
    if (cursor !== null && before !== null) throw new errors.HOST_ERR_BAD_REQUEST()
    return { from: this.decode(list, before ?? cursor), back: before !== null }
  }

  /** Of a page in the order in which it was read, see `start`. */
  twoWayListing<T>(
    list: ListName,
    { items: found, more }: Page<T>,
    { cursor, before = null }: TwoWayPageRequest,
    positionOf: (item: T) => readonly string[]
  ): TwoWayListing<T> {
    const items = before === null ? found : found.toReversed()
    const first = items[0]
    const last = items.at(-1)
    const hasPrevious = before === null ? cursor !== null : more
    const hasNext = before === null ? more : true
    return {
      items,
      nextCursor: last !== undefined && hasNext ? this.encode(list, positionOf(last)) : null,
      previousCursor: first !== undefined && hasPrevious ? this.encode(list, positionOf(first)) : null
    }
  }

  listing<T>(list: ListName, { items, more }: Page<T>, positionOf: (item: T) => readonly string[]): Listing<T> {
    const last = items.at(-1)
    return { items, nextCursor: more && last !== undefined ? this.encode(list, positionOf(last)) : null }
  }
}
