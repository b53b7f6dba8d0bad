/** How runs ended, day by day: counted along their list. */
import type { Static } from 'typebox'
import { idsFrom } from '../entities/new-id.ts'
import type { Run, RunStore, Store } from '../storage/port.ts'
import type { RunDays } from './schemas.ts'

const dayMs = 86_400_000

/** Receipts read for one answer. Looks that found nothing are one for each day: an installation has some hundreds. */
const MOST = 5000
const AT_ONCE = 500

export interface DaysAsked {
  readonly installationId?: string
  /** How many, today among them. */
  readonly days: number
  /** Receipts read at most. @default 5,000 */
  readonly most?: number
}

type Answer = Static<typeof RunDays>
type Counts = { -readonly [K in 'ended' | 'failed']: number }

/** Days are UTC's, the oldest first. Those before the oldest run that was read are left out. */
export async function countRunDays(
  { runs }: Pick<Store, 'runs'>,
  tenant: string,
  { installationId, days, most = MOST }: DaysAsked,
  now: Date
): Promise<Answer> {
  const today = Math.floor(now.getTime() / dayMs) * dayMs
  const first = today - (days - 1) * dayMs
  const query = { from: idsFrom('run', first), ...(installationId !== undefined && { installationId }) }
  const counted = new Map<string, Counts>()
  let read = 0
  let cursor: string | null = null
  let reached = dayOf(first)
  do {
    const page: Awaited<ReturnType<RunStore['listAll']>> = await runs.listAll(tenant, query, {
      limit: Math.min(AT_ONCE, most - read),
      cursor
    })
    for (const run of page.items) count(counted, run)
    read += page.items.length
    cursor = page.nextCursor
    // Of the day of the last one there may be more.
    if (cursor !== null) reached = dayOf(Date.parse(page.items.at(-1)!.startedAt) + dayMs)
  } while (cursor !== null && read < most)
  if (cursor === null) reached = dayOf(first)
  const items = Array.from({ length: days }, (_, i) => dayOf(first + i * dayMs))
    .filter(day => day >= reached)
    .map(day => ({ day, ...(counted.get(day) ?? { ended: 0, failed: 0 }) }))
  return { items, partial: items.length < days }
}

function count(counted: Map<string, Counts>, { startedAt, status, folded }: Run): void {
  if (status === 'running') return
  const day = startedAt.slice(0, 10)
  const counts = counted.get(day) ?? { ended: 0, failed: 0 }
  counted.set(day, counts)
  counts.ended += folded?.runs ?? 1
  if (status === 'failed') counts.failed++
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}
