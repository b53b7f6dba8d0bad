const dayMs = 24 * 3600_000

/** A stamp as the vendor writes it: UTC, fraction digits that vary, a `Z`. */
export function vendorTime(at: Date): string {
  return at.toISOString().replace(/\.?0+Z$/, 'Z')
}

/** Midnight of the day (UTC): the vendor's dates have no time of their own. */
export function startOfDay(at: Date | string): Date {
  return new Date(Math.floor(new Date(at).getTime() / dayMs) * dayMs)
}

/** `2026-05-01T00:00:00Z` */
export function vendorDay(at: Date | string): string {
  return `${startOfDay(at).toISOString().slice(0, 10)}T00:00:00Z`
}

export function plusDays(at: Date | string, days: number): Date {
  return new Date(startOfDay(at).getTime() + days * dayMs)
}

/** The same day of another month, or its last. */
export function plusMonths(at: Date | string, months: number): Date {
  const from = startOfDay(at)
  const first = new Date(Date.UTC(from.getUTCFullYear(), from.getUTCMonth() + months, 1))
  const last = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(from.getUTCDate(), last))
  return first
}

export function daysBetween(from: Date | string, to: Date | string): number {
  return Math.round((startOfDay(to).getTime() - startOfDay(from).getTime()) / dayMs)
}

/** Milliseconds; a time without a zone is UTC. NaN for what is no time. */
export function readTime(value: unknown): number {
  if (typeof value !== 'string') return Number.NaN
  return Date.parse(/T/.test(value) && !/(Z|[+-]\d\d:?\d\d)$/i.test(value) ? `${value}Z` : value)
}
