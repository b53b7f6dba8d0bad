/** What both adapters count a budget by. */
import type { RateRule } from './port.ts'

/** After a throttling no slower than this, of the full pace. */
export const slowestPace = 1 / 8

/** At full pace. */
export function capacityOf({ requests, burst }: RateRule): number {
  return Math.max(1, burst ?? requests / 10)
}

export function recoverMsOf({ recoverMs = 600_000 }: RateRule): number {
  return recoverMs
}
