/** As nearly every record has it: nothing needs to be done. */
const plain = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/
const parts = /^(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?))?(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * A time of a vendor's in UTC, `2024-03-01T10:00:00Z`, with milliseconds if it has any; undefined if it is none. One
 * without a zone is UTC, where Date would take it for local; migrated records hold stray blanks (`2002-08-20T18: 04: 26Z`).
 */
export function utc(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length > 40) return undefined
  if (plain.test(value)) return value
  const [, day, time = '00:00', zone = 'Z'] = parts.exec(value.replace(/\s+/g, '')) ?? []
  const at = day === undefined ? Number.NaN : Date.parse(`${day}T${time}${zone}`)
  return Number.isNaN(at) ? undefined : new Date(at).toISOString().replace('.000Z', 'Z')
}

/** The latest of some times of `utc`; undefined: there is none. As text they do not compare: fractions vary in length. */
export function latest(times: readonly (string | undefined)[]): string | undefined {
  const known = times.filter(time => time !== undefined)
  return known.toSorted((a, b) => Date.parse(a) - Date.parse(b)).at(-1)
}

/** `2024-03-01` after `2024-02-29`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

/** The first of these days after `asOf`. @param days null among them */
export function firstAfter(days: Iterable<string | null>, asOf: string): string | undefined {
  return ahead(days, asOf)[0]
}

const ahead = (days: Iterable<string | null>, asOf: string) =>
  [...new Set(days)].filter((day): day is string => day !== null && day > asOf).sort()

/**
 * Contribution.changesOn: the first of these days after `asOf` on which something else comes out.
 * @param days on which it might, null among them; @param on what comes out on a day, compared as JSON
 */
export function firstChange(
  days: Iterable<string | null>,
  asOf: string,
  on: (day: string) => unknown
): string | undefined {
  const left = ahead(days, asOf)
  if (left.length === 0) return undefined
  const now = JSON.stringify(on(asOf))
  return left.find(day => JSON.stringify(on(day)) !== now)
}
