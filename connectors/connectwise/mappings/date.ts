import { utc } from '../api/utc.ts'

/** The same few days stand in most records, and looking one up is cheaper than reading it. */
const known = new Map<string, string | null>()
const capacity = 2000

/** The day of a vendor's time in UTC, `2024-03-01`; null if there is none or it cannot be read. */
export function day(value: unknown): string | null {
  if (typeof value !== 'string') return null
  let found = known.get(value)
  if (found === undefined) {
    if (known.size === capacity) known.clear()
    const time = utc(value)
    found = time === undefined || Number.isNaN(Date.parse(time)) ? null : time.slice(0, 10)
    known.set(value, found)
  }
  return found
}

/** `2024-03-01` after `2024-02-29`. */
export function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}
