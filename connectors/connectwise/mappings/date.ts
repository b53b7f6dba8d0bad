/**
 * The day of a vendor's time in UTC, `2024-03-01`; null if there is none or it cannot be read. Migrated records hold
 * times with stray blanks (`2002-08-20T18: 04: 26Z`).
 */
export function day(value: unknown): string | null {
  if (typeof value !== 'string') return null
  const compact = value.replace(/\s+/g, '')
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(compact)
  if (!parts) return null
  // A time without a zone is UTC at this vendor; Date would take it for local.
  const at = Date.parse(compact.includes('T') && !parts[2] ? `${compact}Z` : compact)
  return Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, 10)
}
