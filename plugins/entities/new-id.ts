import { randomBytes } from 'node:crypto'

/** Crockford's base32 in lower case: its order is the order of its characters. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

let last = 0

/**
 * `con_`, `ins_` or `run_`, then 10 characters of time and 16 of chance (80 bits). Ids sort by time as text; two of
 * one process never share a millisecond, so they also sort in the order they were made.
 */
export function newId(prefix: 'con' | 'ins' | 'run' | 'whk', now: number = Date.now()): string {
  last = Math.max(now, last + 1)
  let time = ''
  for (let rest = last, place = 0; place < 10; place++, rest = Math.floor(rest / 32)) time = alphabet[rest % 32] + time
  let chance = ''
  for (const byte of randomBytes(16)) chance += alphabet[byte % 32]
  return `${prefix}_${time}${chance}`
}
