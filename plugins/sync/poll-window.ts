/** How far back a poll looks, and where the next one begins; pure. The mark is the host's. */
import type { PollState } from '../storage/port.ts'

/** Behind the mark: what the vendor commits late, and clocks that differ. */
const SHORT_MS = 15 * 60_000
const DEEP_MS = 24 * 3600_000
const DEEP_EVERY_MS = 3600_000
/** A vendor's clock that is further off says nothing. */
const ODD_CLOCK_MS = 24 * 3600_000

export interface PollWindow {
  /** When it was decided to look, by our clock. */
  readonly began: Date
  readonly since: Date
  readonly deep: boolean
}

/** One for all polls that run together: the smaller mark, the deeper look. */
export function windowOf(polls: readonly PollState[], now: Date): PollWindow {
  const deep = polls.some(poll => poll.alwaysDeep || isDeepDue(poll, now))
  const mark = Math.min(...polls.map(poll => Date.parse(poll.mark)))
  return { began: now, since: new Date(mark - (deep ? DEEP_MS : SHORT_MS)), deep }
}

/** A clock that was set back makes it due rather than never. */
function isDeepDue({ deepAt }: PollState, now: Date): boolean {
  if (deepAt === null) return true
  const age = now.getTime() - Date.parse(deepAt)
  return age >= DEEP_EVERY_MS || age < 0
}

/** @param ahead how far the vendor's clock is ahead of ours, in milliseconds; null: not known */
export function markOf(began: Date, ahead: number | null, before: string | null): string {
  const ours = began.getTime()
  const vendors = ahead === null || Math.abs(ahead) > ODD_CLOCK_MS ? ours : ours + ahead
  const mark = Math.min(ours, vendors)
  const former = before === null ? Number.NEGATIVE_INFINITY : Date.parse(before)
  // One that lies ahead of both clocks was set by a clock that was wrong.
  const next = former > Math.max(ours, vendors) ? mark : Math.max(former, mark)
  return new Date(next).toISOString()
}

/** @param late a deep look has found what a short one should have shown */
export function pollAfter(
  before: PollState,
  window: PollWindow,
  found: { readonly ahead: number | null; readonly memo: PollState['memo']; readonly late: boolean }
): PollState {
  return {
    mark: markOf(window.began, found.ahead, before.mark),
    memo: found.memo,
    deepAt: window.deep ? window.began.toISOString() : before.deepAt,
    alwaysDeep: before.alwaysDeep || found.late
  }
}

/**
 * Whether a short look has missed a change: it is older than what a short look asks for, and polls that ended since
 * have not shown it. @param changedAt in milliseconds; null: its time is not known
 */
export function wasMissed({ mark, deepAt }: PollState, { deep }: PollWindow, changedAt: number | null): boolean {
  return deep && deepAt !== null && changedAt !== null && changedAt < Date.parse(mark) - SHORT_MS
}
