/** Runs that found nothing: of an installation and day they are one row. Pure; how it is kept is each store's matter. */
import { idFor } from '../entities/new-id.ts'
import type { Run, RunCounts } from './run-port.ts'

/** The row of the day on which the run began, by a host's clock. It stands before all others of that day. */
export function quietRowId({ installationId, startedAt }: Pick<Run, 'installationId' | 'startedAt'>): string {
  const day = startedAt.slice(0, 10)
  return idFor('run', Date.parse(day), `${installationId} ${day}`)
}

/** The row with this run in it; sums, and of what cannot be added the newest. @param row null: it is the day's first */
export function foldedInto(row: Run | null, run: Run): Run {
  const folded = { runs: (row?.folded?.runs ?? 0) + 1, last: run.id }
  if (!row) return { ...run, id: quietRowId(run), folded }
  const counts = { ...run.counts } as { -readonly [K in keyof RunCounts]: number }
  // How many clients wait is what it is now, not how often it was said.
  for (const key of summed) counts[key] += row.counts[key]
  return {
    ...run,
    id: row.id,
    startedAt: row.startedAt < run.startedAt ? row.startedAt : run.startedAt,
    endedAt: row.endedAt! > run.endedAt! ? row.endedAt : run.endedAt,
    progress: { read: counts.read, expected: null },
    counts,
    source: sourceOf(row.source, run.source),
    leftOutBy: added(row.leftOutBy, run.leftOutBy),
    folded
  }
}

const summed = ['read', 'unchanged', 'leftOut'] as const

function sourceOf(one: Run['source'], other: Run['source']): Run['source'] {
  const { requests, throttled, bytes } = other
  const sums = {
    count: null,
    requests: one.requests + requests,
    throttled: one.throttled + throttled,
    bytes: one.bytes + bytes
  }
  const counted = (one.counted ?? one.requests) + (other.counted ?? requests)
  return { ...sums, counted, share: Math.max(one.share ?? 0, other.share ?? 0) }
}

function added(one: Run['leftOutBy'], other: Run['leftOutBy']): Record<string, number> {
  const sum = { ...one }
  for (const [rule, count] of Object.entries(other)) sum[rule] = (sum[rule] ?? 0) + count
  return sum
}
