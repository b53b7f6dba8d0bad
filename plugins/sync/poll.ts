/** One poll of one installation: what changed since the mark, and the end of what polls have staged. */
import type { Checkpoint, PollContext, PollPage } from '../connector/contract.ts'
import { partOf } from '../entities/client-record.ts'
import { newestChange } from '../entities/stamps.ts'
import type { Memo } from '../outbound/asked-once.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import { type Attempt, beginAttempt, contextOf, endAttempt } from './attempt.ts'
import type { Desk } from './desk.ts'
import { concludeLosses, takeLosses } from './end.ts'
import { decide } from './hold.ts'
import { known, pruneSeen, roster, SEEN_KEPT_MS } from './known.ts'
import type { MappedPage } from './map-page.ts'
import { jittered } from './outcome.ts'
import type { Entry } from './plan.ts'
import { type PollWindow, pollAfter, wasMissed } from './poll-window.ts'
import { type Lane, readAhead } from './read-ahead.ts'
import { sumOfTallies } from './receipt.ts'
import { POLL } from './staging.ts'
import { vendorAhead, vendorNow } from './vendor-clock.ts'
import { putPage } from './write-page.ts'

const LOOKUP = 500

export interface PollHow {
  readonly window: PollWindow
  /** Answers that the installations of a joint run share. */
  readonly shared: Memo
  /** It runs between two pages of a pass. */
  readonly between: boolean
}

export async function beginPoll(desk: Desk, { between }: PollHow): Promise<Attempt> {
  return beginAttempt(desk, { mode: 'incremental', by: POLL, between })
}

/** What reading finds out for the next poll. */
interface Found {
  memo: Checkpoint | null
  /** A short look has missed something. */
  late: boolean
}

/** Reads, takes what may go, and moves the mark last. */
export async function poll(attempt: Attempt, { window, shared }: PollHow): Promise<void> {
  const { desk } = attempt
  const before = desk.installation.poll!
  const note = await decide(desk, attempt.run.id)
  if (note !== null) attempt.run = { ...attempt.run, notes: [...attempt.run.notes, note] }
  const context = contextOf(attempt, 'poll', shared)
  const found: Found = { memo: before.memo, late: false }
  try {
    await readChanges(attempt, context, window, found)
    await readAgain(attempt, context)
    await takeLosses(attempt)
    const state = pollAfter(before, window, { ...found, ahead: vendorAhead(context) })
    await endAttempt(attempt, 'succeeded')
    await concludeLosses(attempt, { poll: state })
    if (window.deep) await pruneSeen(desk, SEEN_KEPT_MS)
  } finally {
    context.dispose()
  }
  desk.nextPollAt = performance.now() + jittered(desk.installation.schedule.everyMs)
  desk.after.failures = 0
  // What stops a pass is not over because a poll went well.
  if (desk.installation.passFailures === 0) desk.after.attention = null
}

async function readChanges(
  attempt: Attempt,
  context: DisposableContext,
  window: PollWindow,
  found: Found
): Promise<void> {
  const { desk } = attempt
  const before = desk.installation.poll!
  const lane: Lane = { written: Promise.resolve() }
  const again = new Set<string>()
  const asked: PollContext = Object.assign(Object.create(context), {
    since: window.since,
    memo: before.memo ?? undefined,
    async known(keys: readonly string[]) {
      await lane.written
      return known(attempt, keys, window.deep ? again : null)
    },
    async roster(after: string | null, limit: number) {
      await lane.written
      return roster(attempt, after, limit)
    }
  })
  await readAhead<PollPage<unknown>>(attempt, {
    pages: desk.syncType.poll(asked),
    lane,
    label: 'poll',
    readAt: () => vendorNow(desk.parts.now(), context),
    async put(page, mapped, planned) {
      await put(attempt, mapped, planned)
      found.memo = page.memo ?? found.memo
      found.late ||= planned.some(entry => !again.has(entry.id) && wasMissed(before, window, changedAt(attempt, entry)))
      const { oldestLookSeconds } = page
      if (oldestLookSeconds !== undefined) attempt.run = { ...attempt.run, oldestLookSeconds }
    }
  })
}

/** What gives something else from today on, though nothing of it has changed. */
async function readAgain(attempt: Attempt, context: DisposableContext): Promise<void> {
  const { installation, parts, syncType } = attempt.desk
  const today = parts.now().toISOString().slice(0, 10)
  const ids = await parts.store.clients.changingBy(installation.id, today, LOOKUP)
  if (ids.length === 0) return
  await readAhead(attempt, {
    pages: syncType.lookup(context, ids),
    lane: { written: Promise.resolve() },
    label: 'by-date',
    readAt: () => vendorNow(parts.now(), context),
    put: (_page, mapped, planned) => put(attempt, mapped, planned)
  })
}

async function put(attempt: Attempt, mapped: MappedPage, planned: readonly Entry[]): Promise<void> {
  attempt.tally = sumOfTallies(attempt.tally, await putPage(attempt, mapped, planned))
}

/** When the vendor says that a client changed which is another now; null: it says nothing, or the client is the same. */
function changedAt({ desk }: Attempt, { judgement, answer, stored }: Entry): number | null {
  const { effect } = judgement
  if (answer.kind !== 'takes-part' || (effect !== 'created' && effect !== 'updated')) return null
  return newestChange(partOf(stored, desk.installation.id)?.stamps ?? {}, answer.stamps)
}
