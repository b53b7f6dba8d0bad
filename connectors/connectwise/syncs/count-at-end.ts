import { and, moment } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { count } from '../api/list.ts'
import type { Session } from '../api/session.ts'
import type { Filter } from './company-filter.ts'

interface Tally {
  /** What the vendor counted when the pass began. */
  readonly expected: number
  readonly seen: number
  /** Of these, changed since the pass began. */
  readonly seenFresh: number
  readonly mark: string
}

/** Tells whether a record was changed in the second in which the pass began, or later. @param mark when it began */
export function freshSince(mark: string): (changed: string | undefined) => boolean {
  const since = Math.floor(Date.parse(mark) / 1000) * 1000
  return changed => changed !== undefined && Date.parse(changed.replace(/\s+/g, '')) >= since
}

/**
 * How many companies the vendor counts for what was read. If more than were seen, companies that came to match after
 * the pass began are not held against it: the next poll brings them. Anything else was lost on the way.
 */
export async function countAtEnd(
  session: Session,
  filter: Filter,
  { expected, seen, seenFresh, mark }: Tally
): Promise<number> {
  if (seen === expected) return seen
  const now = await count(session, endpoints.companies, filter)
  if (now <= seen) return now
  const fresh = await count(session, endpoints.companies, {
    ...filter,
    conditions: and(filter.conditions, `lastUpdated>=${moment(new Date(mark))}`)
  })
  return now - seen <= fresh - seenFresh ? seen : now
}
