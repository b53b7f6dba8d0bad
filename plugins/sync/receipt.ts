import type { RequestStats } from '../outbound/client.ts'
import type { Run, RunCounts, RunSource } from '../storage/port.ts'

export const noCounts: RunCounts = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  leftOut: 0,
  inactivated: 0,
  gone: 0,
  setAside: 0
}

export const noSource: RunSource = { count: null, requests: 0, throttled: 0, bytes: 0 }

/** What a page did to the store, added up into the receipt. read = created + updated + unchanged + leftOut + setAside. */
export interface Tally {
  counts: { -readonly [K in keyof RunCounts]: RunCounts[K] }
  leftOutBy: Record<string, number>
}

export function newTally(counts: RunCounts = noCounts, leftOutBy: Readonly<Record<string, number>> = {}): Tally {
  return { counts: { ...counts }, leftOutBy: { ...leftOutBy } }
}

export function addTally(sum: Tally, page: Tally): void {
  for (const key of Object.keys(sum.counts) as (keyof RunCounts)[]) sum.counts[key] += page.counts[key]
  for (const [rule, count] of Object.entries(page.leftOutBy)) sum.leftOutBy[rule] = (sum.leftOutBy[rule] ?? 0) + count
}

/** The requests of this attempt on top of those that the pass had cost before it. */
export function sourceOf(before: RunSource, stats: RequestStats, count: number | null): RunSource {
  return {
    count,
    requests: before.requests + stats.requests,
    throttled: before.throttled + stats.throttled,
    bytes: before.bytes + stats.bytes
  }
}

/**
 * Store against source after a complete pass. What the vendor listed and we do not show is explained by rule or
 * set-aside record; what remains changed while the pass was reading.
 */
export function reconcile(source: number, store: number, scanned: Tally): NonNullable<Run['reconciliation']> {
  const differences = Object.entries(scanned.leftOutBy).map(([rule, count]) => ({
    reason: `left out by rule "${rule}"`,
    count
  }))
  if (scanned.counts.setAside > 0)
    differences.push({ reason: 'set aside, see the rejects of this run', count: scanned.counts.setAside })
  const explained = differences.reduce((sum, { count }) => sum + count, 0)
  const rest = source - store - explained
  if (rest > 0) differences.push({ reason: 'changed at the vendor while the pass was reading', count: rest })
  if (rest < 0)
    differences.push({ reason: 'kept from before, or changed at the vendor while the pass was reading', count: -rest })
  return { source, store, differences }
}
