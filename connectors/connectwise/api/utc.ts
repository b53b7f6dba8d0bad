/** As nearly every record has it: nothing needs to be done. */
const plain = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/

/**
 * A time of the vendor's in UTC, `2024-03-01T10:00:00Z`; undefined if it is none. Migrated records hold times with stray
 * blanks (`2002-08-20T18: 04: 26Z`), and a time without a zone is UTC at this vendor, where Date would take it for local.
 */
export function utc(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined
  if (plain.test(value)) return value
  const compact = value.replace(/\s+/g, '')
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/.exec(compact)
  if (!parts) return undefined
  const [, day, time = '00:00', zone = 'Z'] = parts
  const at = Date.parse(`${day}T${time}${zone}`)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z')
}
