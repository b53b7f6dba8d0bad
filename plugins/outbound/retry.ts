const backoffBaseMs = 300
const backoffCapMs = 30_000
const throttleFloorMs = 1_000
const throttleCapMs = 900_000

/** Exponential with full jitter: hosts that failed together do not come back together. @param attempt from 1 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(backoffCapMs, backoffBaseMs * 2 ** (attempt - 1))
}

/** How long nobody calls after a 429: what the vendor asked, else backoff; whole ms from a second to 15 minutes. */
export function throttleMs(asked: number | undefined, attempt: number, random: () => number): number {
  return Math.min(throttleCapMs, Math.max(throttleFloorMs, Math.ceil(asked ?? backoffMs(attempt, random))))
}

/**
 * What a Retry-After header asks for, in ms; undefined if it is absent, past or unreadable. A date is compared with
 * the answer's own Date where there is one, so that it does not matter whose clock is wrong.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>): number | undefined {
  const text = headers['retry-after']?.trim() ?? ''
  // Date.parse takes "-5" for a date as well, so only what begins like a weekday is one.
  const ms = /^[A-Z][a-z]{2}/.test(text)
    ? Date.parse(text) - (Date.parse(headers.date ?? '') || Date.now())
    : /^\d+(\.\d+)?$/.test(text)
      ? Number(text) * 1_000
      : Number.NaN
  return ms > 0 ? Math.min(ms, throttleCapMs) : undefined
}
