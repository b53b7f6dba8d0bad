/** Change marks as they are kept: whose they are, and whether they can be relied on yet. */
import type { Stamps, SyncType, Unread } from '../connector/contract.ts'

/** The vendor's clocks may differ by so much among themselves. */
const SETTLING_MS = 2000
/** Further ahead of the vendor's clock it says nothing of when the record changed. */
const AHEAD_MS = 3600_000
/** At the end of a stamp that is kept: the record may have changed once more at that very time. */
const UNSETTLED = '~'
const isoTime = /^\d{4}-\d\d-\d\dT/

/**
 * Times are whole seconds at most vendors, so a record read in the second of its change may change again without a
 * new time. Such a stamp is marked, so that it differs from the vendor's and the record is looked at once more.
 * @param readAt the vendor's clock when it was read, in milliseconds since 1970
 */
export function settle(stamps: Stamps, readAt: number): Stamps {
  const old = longAgo(readAt)
  let settled: Record<string, string> | undefined
  for (const key in stamps) {
    const stamp = stamps[key]!
    // Almost all: told by their text alone.
    if ((stamp < old && stamp.endsWith('Z')) || !isoTime.test(stamp)) continue
    const ahead = Date.parse(stamp) - readAt
    if (ahead <= -SETTLING_MS || ahead >= AHEAD_MS) continue
    settled ??= { ...stamps }
    settled[key] = stamp + UNSETTLED
  }
  return settled ?? stamps
}

/** A time as text: whatever is written in UTC and sorts before it is settled. */
function longAgo(readAt: number): string {
  if (readAt !== lately.readAt) {
    const at = new Date(readAt - SETTLING_MS - 1000)
    lately = { readAt, text: Number.isNaN(at.getTime()) ? '' : at.toISOString().slice(0, 19) }
  }
  return lately.text
}

/** Of a page all are asked with one time. */
let lately = { readAt: Number.NaN, text: '' }

export function sameStamps(a: Stamps, b: Stamps): boolean {
  const keys = Object.keys(a)
  return keys.length === Object.keys(b).length && keys.every(key => a[key] === b[key])
}

/** `contact` of `contact:7`; a record's own mark is a word without a colon. */
export function kindOf(key: string): string {
  const colon = key.indexOf(':')
  return colon === -1 ? key : key.slice(0, colon)
}

/** Whether it is of a child whose id is `id`, or of one of that child's own (`addition:12/3` is of 12). */
export function isOf(key: string, id: string): boolean {
  const colon = key.indexOf(':')
  return colon !== -1 && (key.slice(colon + 1) === id || key.startsWith(`${id}/`, colon + 1))
}

/** Whether it is agreement `id`'s, or of what the agreement's cost or vendor is made. */
export function isOfAgreement(key: string, id: string, madeOf: SyncType['madeOf']): boolean {
  return (
    isOf(key, id) && (['agreements', 'cost', 'vendor'] as const).some(field => madeOf[field]?.includes(kindOf(key)))
  )
}

/** Whether one of `unread` says that the child of this stamp could not be read. */
export function isUnread(key: string, unread: readonly Unread[]): boolean {
  return unread.some(({ key: what }) => what === key || what === kindOf(key) || key.startsWith(`${what}/`))
}

/** The newest of the changed stamps that lists of changes show (those of a child's own children they do not), in milliseconds; null: none is a time. */
export function newestChange(before: Stamps, after: Stamps): number | null {
  let newest: number | null = null
  for (const [key, stamp] of Object.entries(after)) {
    if (before[key] === stamp || key.includes('/') || !isoTime.test(stamp)) continue
    const at = Date.parse(stamp.replace(UNSETTLED, ''))
    if (!Number.isNaN(at) && (newest === null || at > newest)) newest = at
  }
  return newest
}
