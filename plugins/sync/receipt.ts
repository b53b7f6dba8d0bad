import type { RequestStats } from '../outbound/options.ts'
import type { Run, RunCounts, RunSource } from '../storage/port.ts'

export const noCounts: RunCounts = {
  read: 0,
  created: 0,
  updated: 0,
  unchanged: 0,
  leftOut: 0,
  inactivated: 0,
  gone: 0,
  setAside: 0,
  held: 0
}

export const noSource: RunSource = { count: null, requests: 0, throttled: 0, bytes: 0 }

/** What pages did to the store, added up into the receipt. read = created + updated + unchanged + leftOut + setAside. */
export interface Tally {
  counts: { -readonly [K in keyof RunCounts]: RunCounts[K] }
  leftOutBy: Record<string, number>
}

export function newTally(counts: RunCounts = noCounts, leftOutBy: Readonly<Record<string, number>> = {}): Tally {
  return { counts: { ...counts }, leftOutBy: { ...leftOutBy } }
}

export function sumOfTallies(one: Tally, other: Tally): Tally {
  const sum = newTally(one.counts, one.leftOutBy)
  for (const key of Object.keys(sum.counts) as (keyof RunCounts)[]) sum.counts[key] += other.counts[key]
  for (const [rule, count] of Object.entries(other.leftOutBy)) sum.leftOutBy[rule] = (sum.leftOutBy[rule] ?? 0) + count
  return sum
}

/** The requests of this attempt on top of those that the pass had cost before it. */
export function sourceOf(before: RunSource, stats: RequestStats, count: number | null): RunSource {
  return {
    count,
    requests: before.requests + stats.requests,
    counted: (before.counted ?? before.requests) + stats.counted,
    throttled: before.throttled + stats.throttled,
    bytes: before.bytes + stats.bytes
  }
}

/**
 * Store against source after a complete pass. What the vendor listed and we do not show is explained by rule or
 * set-aside record, what we show and it did not list by losses that wait; what remains changed meanwhile.
 * @param waiting clients of the store that would have left
 */
export function reconcile(
  source: number,
  store: number,
  { counts, leftOutBy }: Tally,
  waiting: number
): NonNullable<Run['reconciliation']> {
  const differences: { reason: string; rule: string | null; count: number }[] = Object.entries(leftOutBy).map(
    ([rule, count]) => ({ reason: `left out by rule "${rule}"`, rule, count })
  )
  const add = (reason: string, count: number) => count > 0 && differences.push({ reason, rule: null, count })
  add('set aside, see the rejects of this run', counts.setAside)
  const explained = differences.reduce((sum, { count }) => sum + count, 0)
  const rest = source - store - explained + waiting
  add('kept until a person or a second look says that they leave', waiting)
  add('changed at the vendor while the pass was reading', rest)
  add('kept from before, or changed at the vendor while the pass was reading', -rest)
  return { source, store, differences }
}
