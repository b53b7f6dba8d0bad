/** How the places of a process are shared out; pure. */
import type { ClaimShares } from '../storage/port.ts'

export type Busy = ClaimShares['busy']
export type Shares = Pick<ClaimShares, 'perTenant' | 'perConnection'>

/** As soon as two tenants have installations, one holds half of the places at most, and one account a quarter. */
export function sharesFor(places: number, several: boolean): Shares {
  if (!several) return { perTenant: places, perConnection: places }
  return { perTenant: Math.max(1, Math.floor(places / 2)), perConnection: Math.max(1, Math.floor(places / 4)) }
}

/**
 * Places that are free. What a tenant holds beyond its share, since it was alone when it took it, is not held against
 * the others: they do not wait for runs that may hang.
 */
export function roomFor(places: number, { perTenant }: Shares, { tenants }: Busy): number {
  const held = Object.values(tenants).map(count => Math.min(count, perTenant))
  return places - held.reduce((sum, count) => sum + count, 0)
}
