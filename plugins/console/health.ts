/** How the runs of an installation ended, for the chart on its card. */
import { countRunDays } from '../runs/days.ts'
import type { Desk } from './desk.ts'
import type { Day } from './parts/health-chart.ts'

const days = 30

/** Pages that follow ask each second; runs of another minute are soon enough. */
const keptMs = 60_000
const mostKept = 1000

interface Kept {
  readonly at: number
  readonly days: Promise<readonly Day[]>
}

const known = new WeakMap<Desk, Map<string, Kept>>()

/** The last 30 days, the oldest first, those with so many runs that they are not counted left out. */
export function healthOf(desk: Desk, tenant: string, installationId: string): Promise<readonly Day[]> {
  const kept = known.get(desk) ?? new Map<string, Kept>()
  known.set(desk, kept)
  const key = `${tenant} ${installationId}`
  const now = desk.now()
  const found = kept.get(key)
  if (found && Math.abs(now.getTime() - found.at) < keptMs) return found.days
  if (kept.size >= mostKept) kept.clear()
  const counted = countRunDays(desk.host.store, tenant, { installationId, days }, now).then(({ items }) =>
    items.map(({ day, ended, failed }) => ({ date: day, ended, failed }))
  )
  kept.set(key, { at: now.getTime(), days: counted })
  // A failure is not kept.
  counted.catch(() => kept.delete(key))
  return counted
}
