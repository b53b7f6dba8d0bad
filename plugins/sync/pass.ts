/** A complete pass: begin, pages, counts, end. It goes on where a run before it stopped, and polls go first at each page. */
import type { ListCounts, PassPage } from '../connector/contract.ts'
import { SourceIncomplete } from '../connector/failures.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import type { Pass, PollState, Progress } from '../storage/port.ts'
import { misfitsOf, stageAbsent, withdrawAbsent } from './absence.ts'
import { type Attempt, beginAttempt, contextOf, endAttempt, receiptSoFar } from './attempt.ts'
import { commit, committed, type Desk } from './desk.ts'
import { concludeLosses, takeLosses } from './end.ts'
import { noEngineEvents } from './events.ts'
import { pruneSeen, SEEN_KEPT_MS } from './known.ts'
import { jittered } from './outcome.ts'
import { markOf } from './poll-window.ts'
import { type Between, readAhead } from './read-ahead.ts'
import { newTally, noSource, reconcile, sumOfTallies, type Tally } from './receipt.ts'
import { resolveSettings } from './resolve.ts'
import { POLL } from './staging.ts'
import { noteWorking } from './trouble.ts'
import { vendorAhead, vendorNow } from './vendor-clock.ts'
import { putPage } from './write-page.ts'

const DAY_MS = 24 * 3600_000
/** So many times in a row a pass begins again because its lists do not fit; then it takes what came. */
const MOST_MISFITS = 3

/** Drops a pass that is too old to go on with, and puts the run on record. */
export async function beginPass(desk: Desk): Promise<Attempt> {
  const { installation, parts } = desk
  const longest = Math.max(DAY_MS, installation.schedule.compareEveryMs)
  const { pass } = installation
  if (pass && parts.now().getTime() - Date.parse(pass.startedAt) > longest) await commit(desk, { pass: null })
  const mode = desk.installation.lastPass === null || installation.resettled !== null ? 'full' : 'compare'
  const going = desk.installation.pass
  return going
    ? beginAttempt(desk, {
        mode: going.mode,
        by: going.id,
        tally: newTally(going.counts, going.leftOutBy),
        source: going.source,
        expected: going.expected,
        continues: going.id
      })
    : beginAttempt(desk, { mode })
}

export async function runPass(attempt: Attempt, between: Between): Promise<void> {
  const { desk } = attempt
  const { mode } = attempt.run
  if (!desk.installation.pass) await begin(attempt, mode === 'full' ? 'full' : 'compare')
  if (desk.installation.pass!.stage === 'reading') await read(attempt, between)
  await end(attempt, between)
}

/** Nothing is asked of what is to be read before the polls have a mark: they never wait for a pass. */
async function begin(attempt: Attempt, mode: Pass['mode']): Promise<void> {
  const { desk, run } = attempt
  await dropFormer(attempt)
  await resolveSettings(attempt)
  const context = contextOf(attempt, mode === 'full' ? 'first' : 'compare')
  try {
    const began = desk.parts.now()
    const { position, counts, expected } = await desk.syncType.begin(context)
    // It has answered: a refusal in the middle of a first import, which may take long, is a bad minute.
    await noteWorking(desk, began)
    const first = Object.keys(counts)[0]
    const pass: Pass = {
      id: attempt.by,
      mode,
      startedAt: began.toISOString(),
      startToken: desk.lease.token,
      stage: 'reading',
      position,
      lists: { before: counts, seen: {} },
      expected: expected ?? (first === undefined ? null : counts[first]!),
      counts: newTally().counts,
      source: noSource,
      leftOutBy: {}
    }
    const mark = markOf(began, vendorAhead(context), null)
    const poll: PollState = desk.installation.poll ?? { mark, memo: null, deepAt: null, alwaysDeep: false }
    // All of it is read now: the first poll is due an interval from here.
    if (!desk.installation.poll) desk.nextPollAt = performance.now() + jittered(desk.installation.schedule.everyMs)
    await commit(desk, { pass, poll })
    attempt.run = { ...run, progress: { ...run.progress, expected: pass.expected } }
  } finally {
    context.dispose()
  }
}

/** What an earlier pass has left that was dropped: this one looks at everything itself. */
async function dropFormer({ desk }: Attempt): Promise<void> {
  await desk.parts.store.losses.dropStale(desk.lease, POLL, desk.lease.token)
  const { taken } = desk.installation
  if (taken.some(({ by }) => by !== undefined && by !== POLL))
    await commit(desk, { taken: taken.map(({ by, ...rest }) => (by === POLL ? { ...rest, by } : rest)) })
}

async function read(attempt: Attempt, between: Between): Promise<void> {
  const { desk } = attempt
  const context = contextOf(attempt, attempt.run.mode === 'full' ? 'first' : 'compare')
  try {
    await readAhead<PassPage<unknown>>(attempt, {
      pages: desk.syncType.pass(context, desk.installation.pass!.position),
      lane: { written: Promise.resolve() },
      label: 'page',
      readAt: () => vendorNow(desk.parts.now(), context),
      between,
      async put(page, mapped, planned) {
        await stageAbsent(attempt, page, mapped)
        let progress: Progress = {}
        const tally = await putPage(attempt, mapped, planned, {
          progress(pageTally) {
            progress = { pass: passAfter(attempt, page, pageTally) }
            return progress
          }
        })
        committed(desk, progress)
        attempt.tally = sumOfTallies(attempt.tally, tally)
      }
    })
    await judgeLists(attempt, context)
  } finally {
    context.dispose()
  }
}

/** The counts are part of the position: a page that is repeated is not counted twice. */
function passAfter(attempt: Attempt, page: PassPage<unknown>, pageTally: Tally): Pass {
  const pass = attempt.desk.installation.pass!
  const seen: Record<string, number> = { ...pass.lists.seen }
  for (const [list, count] of Object.entries(page.seen)) seen[list] = (seen[list] ?? 0) + count
  const { counts, leftOutBy } = sumOfTallies(attempt.tally, pageTally)
  const { source } = receiptSoFar(attempt)
  return { ...pass, position: page.position, lists: { ...pass.lists, seen }, counts, leftOutBy, source }
}

/** Did the lists bring what the vendor counts? If not, the pass begins again; at the third time it takes what came. */
async function judgeLists(attempt: Attempt, context: DisposableContext): Promise<void> {
  const { desk } = attempt
  const pass = desk.installation.pass!
  const after: ListCounts = await desk.syncType.count(context, pass.position)
  const list = Object.keys(pass.lists.before)[0]
  if (list !== undefined && after[list] !== undefined) {
    const source = { ...attempt.run.source, count: after[list] }
    attempt.run = { ...attempt.run, source }
  }
  const ending: Pass = { ...pass, stage: 'ending', source: receiptSoFar(attempt).source }
  const wrong = misfitsOf(pass.lists.seen, pass.lists.before, after)
  if (wrong.length === 0) return commit(desk, { pass: ending, misfits: null })
  const { connector, syncType, misfits } = desk.installation
  ;(desk.parts.events ?? noEngineEvents).passMisfitted({ connector, syncType })
  await withdrawAbsent(attempt)
  const detail = wrong.join('; ')
  const since = misfits?.since ?? desk.parts.now().toISOString()
  const now = { count: (misfits?.count ?? 0) + 1, detail, since }
  if (now.count >= MOST_MISFITS) return commit(desk, { pass: ending, misfits: now })
  await commit(desk, { pass: null, misfits: now })
  throw new SourceIncomplete(`${detail}. Nothing was taken away; the pass is repeated from its start.`)
}

async function end(attempt: Attempt, between: Between): Promise<void> {
  const { desk } = attempt
  const { store, now } = desk.parts
  const { misfits } = desk.installation
  if (misfits) {
    const words = `Taken as it came: ${misfits.detail}. What no list shows was kept.`
    attempt.run = { ...attempt.run, notes: [...attempt.run.notes, words] }
  }
  const pass = desk.installation.pass!
  const scanned = newTally(attempt.tally.counts, attempt.tally.leftOutBy)
  await takeLosses(attempt, () => (between.isDue() ? between.run() : Promise.resolve()))
  const { installation } = desk
  const { active } = await store.clients.counts(installation.id)
  const source = attempt.run.source.count ?? pass.source.count ?? scanned.counts.read
  const waiting = installation.hold?.kinds.clients?.held ?? 0
  attempt.run = {
    ...attempt.run,
    source: { ...attempt.run.source, count: source },
    reconciliation: reconcile(source, active, scanned, waiting)
  }
  await endAttempt(attempt, 'succeeded')
  await concludePass(attempt, pass)
  desk.after.attention = null
  await pruneSeen(desk, Math.max(SEEN_KEPT_MS, now().getTime() - Date.parse(pass.startedAt)), true)
}

/** Its receipt is on record: the pass is over. */
export async function concludePass(attempt: Pick<Attempt, 'desk' | 'by' | 'run'>, pass: Pass): Promise<void> {
  const { installation } = attempt.desk
  await concludeLosses(attempt, {
    pass: null,
    lastPass: { runId: attempt.run.id, startedAt: pass.startedAt },
    passFailures: 0,
    compareDueInMs: jittered(installation.schedule.compareEveryMs),
    ...(!installation.misfits && { resettled: null })
  })
}
