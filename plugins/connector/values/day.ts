/** The same few days stand in most records, and looking one up is cheaper than reading it. */
const known = new Map<string, string | null>()
const capacity = 2000
/** No way to write a time is longer, and what is kept stays small. */
const longest = 40

/**
 * The day of a vendor's time in UTC, `2024-03-01`; null if there is none or it cannot be read. A time without a zone
 * is UTC. Migrated records hold times with stray blanks (`2002-08-20T18: 04: 26Z`).
 */
export function day(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > longest) return null
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
  if (!parts || isoDay(Date.parse(`${parts[1]}T00:00:00Z`)) !== parts[1]) return null
  // Date takes a time without a zone for local.
  return isoDay(Date.parse(compact.includes('T') && !parts[2] ? `${compact}Z` : compact))
}

/** Date carries 30 February over into March, and writes years beyond 9999 with a sign. */
function isoDay(at: number): string | null {
  const iso = Number.isNaN(at) ? '' : new Date(at).toISOString()
  return /^\d{4}-/.test(iso) ? iso.slice(0, 10) : null
}
