import type { Static } from 'typebox'
import { errors, withDetails } from '../errors.ts'
import type { ClientQuery } from '../storage/port.ts'
import type { ClientFilters } from './schemas.ts'

/** What is asked for, whichever page of it. */
export type Filters = Static<typeof ClientFilters>

/**
 * Hosts' clocks differ, and a page is written a little after its moment: what is younger than this may still get a
 * neighbour that is older, which a walk in the order of changes would have passed.
 */
const UNSETTLED_MS = 60_000

const isoWithZone = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/

/**
 * A list's query as the store takes it. Throws HOST_ERR_BAD_REQUEST for what does not go together.
 * @param now null: for somebody who looks, not a walk that must miss nothing: in the order of changes too up to the newest
 */
export function clientQueryOf({ changedSince, ...filters }: Filters, now: Date | null): ClientQuery {
  const order = filters.order ?? (changedSince === undefined ? 'name' : 'changed')
  const byChange = order === 'changed' || order === '-changed'
  if (filters.search !== undefined && order !== 'name')
    throw refused(
      filters.order === undefined ? '/changedSince' : '/order',
      'what is searched for is listed by name: leave this out, or the search'
    )
  if (changedSince !== undefined && !byChange)
    throw refused('/changedSince', 'goes with order=changed or order=-changed')
  return {
    ...filters,
    order,
    ...(changedSince !== undefined && { changedSince: momentOf(changedSince) }),
    ...(order === 'changed' && now !== null && { changedUntil: new Date(now.getTime() - UNSETTLED_MS).toISOString() })
  }
}

function momentOf(text: string): string {
  const at = isoWithZone.test(text) ? new Date(text) : new Date(Number.NaN)
  if (Number.isNaN(at.getTime()))
    throw refused('/changedSince', 'must be a moment with its zone, like 2026-11-23T18:00:00Z')
  return at.toISOString()
}

function refused(pointer: string, message: string) {
  return withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems: [{ pointer, message }] })
}
