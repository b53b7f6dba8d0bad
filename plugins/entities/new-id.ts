import { hash, randomBytes } from 'node:crypto'

/** Crockford's base32 in lower case: its order is the order of its characters. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

let last = 0

/**
 * `con_`, `ins_`, `run_` or `whk_`, then 10 characters of time and 16 of chance (80 bits). Ids sort by time as text; two
 * of one process never share a millisecond, so they also sort in the order they were made.
 */
export function newId(prefix: 'con' | 'ins' | 'run' | 'whk', now: number = Date.now()): string {
  last = Math.max(now, last + 1)
  return idOf(prefix, last, randomBytes(16))
}

/** The same form, always the same for a moment and a text: what it names is found without having been looked for. */
export function idFor(prefix: 'run', at: number, text: string): string {
  return idOf(prefix, at, hash('sha256', text, 'buffer').subarray(0, 16))
}

/** No id of this moment or later sorts before it. */
export function idsFrom(prefix: 'run', at: number): string {
  return idOf(prefix, at, new Uint8Array())
}

function idOf(prefix: string, at: number, bytes: Uint8Array): string {
  let time = ''
  for (let rest = at, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  let tail = ''
  for (const byte of bytes) tail += alphabet[byte % 32]
  return `${prefix}_${time}${tail}`
}
