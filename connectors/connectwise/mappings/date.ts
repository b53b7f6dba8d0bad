/** The same few days stand in most records, and looking one up is cheaper than reading it. */
const known = new Map<string, string | null>()
const capacity = 2000

/**
 * The day of a vendor's time in UTC, `2024-03-01`; null if there is none or it cannot be read. Migrated records hold
 * times with stray blanks (`2002-08-20T18: 04: 26Z`).
 */
export function day(value: unknown): string | null {
  if (typeof value !== 'string') return null
  let found = known.get(value)
  if (found === undefined) {
    if (known.size === capacity) known.clear()
    found = readDay(value)
    known.set(value, found)
  }
  return found
}

function readDay(value: string): string | null {
  const compact = value.replace(/\s+/g, '')
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?$/.exec(compact)
  if (!parts) return null
  // A time without a zone is UTC at this vendor; Date would take it for local.
  const at = Date.parse(compact.includes('T') && !parts[2] ? `${compact}Z` : compact)
  return Number.isNaN(at) ? null : new Date(at).toISOString().slice(0, 10)
}
