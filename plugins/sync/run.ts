/**
 * One installation under its lease, from claim to release: the poll that is due, then the pass that is due, with polls
 * between its pages. Each has its own receipt and its own backoff.
 */
import { errors } from '../errors.ts'
import type { Memo } from '../outbound/asked-once.ts'
import type { Claim, Connection, Run } from '../storage/port.ts'
import { type Attempt, endAttempt } from './attempt.ts'
import { type Desk, type Grip, type Held, pollIsDue, type RunParts, refresh } from './desk.ts'
import { answerWithout, type DeskOptions, openDesk, passIsDueAt, release } from './open-desk.ts'
import { failed, Interruption } from './outcome.ts'
import { beginPass, runPass } from './pass.ts'
import { beginPoll, type PollHow, poll } from './poll.ts'
import { windowOf } from './poll-window.ts'
import { noteTrouble, noteWorking, waitFor } from './trouble.ts'

/** How often a pass looks whether a person has asked for something. */
const LOOK_EVERY_MS = 1000

/** Runs to the end whatever happens; throws only if nothing may be written any more (lease lost, store away). */
export async function runInstallation(
  parts: RunParts,
  claim: Claim,
  grip: Grip,
  options: DeskOptions = {}
): Promise<void> {
  const desk = await openDesk(parts, claim, grip, options)
  if (!desk) return
  try {
    if (pollIsDue(desk)) await pollTogether(desk, false)
    if (passIsDue(desk)) await runPassOf(desk)
  } catch (error) {
    if (!(error instanceof Stopped)) throw error
    // A compare that was asked for has not begun: the poll before it has met what stops them both.
    if (error.why) await answerWithout(parts, desk, error.why)
  }
  await release(desk)
}

function passIsDue({ installation, parts, after }: Desk): boolean {
  return after.compareDueInMs === undefined && passIsDueAt(installation, parts)
}

/**
 * Polls this installation and those of the same connection that are due about now, one after the other: what several
 * of them ask is asked once.
 */
async function pollTogether(desk: Desk, between: boolean): Promise<void> {
  const shared: Memo = new Map()
  const held = desk.connection.trouble
    ? []
    : await desk.siblings(desk.installation.schedule.everyMs / 2).catch(() => [])
  const others: { desk: Desk; held: Held }[] = []
  for (const one of held) {
    const other = await openDesk(desk.parts, one.claim, one.grip, {}).catch(() => undefined)
    if (other) others.push({ desk: other, held: one })
    else one.done()
  }
  const polls = [desk, ...others.map(other => other.desk)].flatMap(({ installation }) => installation.poll ?? [])
  const window = windowOf(polls, desk.parts.now())
  let stopped: unknown
  try {
    await runPoll(desk, { window, shared, between })
  } catch (error) {
    stopped = error
  }
  for (const other of others) {
    try {
      const isPolled = other.desk.installation.poll !== null && !(stopped instanceof Stopped)
      if (isPolled) await runPoll(other.desk, { window, shared, between: false })
      await release(other.desk)
    } catch (error) {
      if (error instanceof Stopped) await release(other.desk).catch(() => {})
      else desk.parts.log.warn({ err: error, installation: other.desk.installation.id }, 'run ended without an outcome')
    } finally {
      other.held.done()
    }
  }
  if (stopped) throw stopped
}

/** Nothing more is tried with this connection, or in this process. */
class Stopped extends Error {
  /** What stops the connection; undefined: this process goes. */
  readonly why: Run['error'] | undefined

  constructor(why?: NonNullable<Run['error']>) {
    super('stopped')
    this.why = why
  }
}

async function runPoll(desk: Desk, how: PollHow): Promise<void> {
  const attempt = await beginPoll(desk, how)
  try {
    await poll(attempt, how)
  } catch (error) {
    const { retryInMs, counts } = await endFailed(attempt, error, desk.after.failures)
    if (counts) desk.after.failures++
    desk.nextPollAt = performance.now() + retryInMs
    return
  }
  await noteWorking(desk, desk.parts.now())
}

async function runPassOf(desk: Desk): Promise<void> {
  const attempt = await beginPass(desk)
  let lookedAt = performance.now()
  const between = {
    isDue: () => pollIsDue(desk, true) || performance.now() - lookedAt > LOOK_EVERY_MS,
    async run() {
      lookedAt = performance.now()
      await refresh(desk)
      if (pollIsDue(desk, true)) await pollTogether(desk, true)
    }
  }
  try {
    await runPass(attempt, between)
  } catch (error) {
    const { passFailures } = desk.installation
    const { retryInMs, counts } = await endFailed(attempt, error, passFailures)
    desk.after.compareDueInMs = retryInMs
    if (counts) desk.after.passFailures = passFailures + 1
    return
  }
  await noteWorking(desk, desk.parts.now())
}

/** @throws what ends the run as a whole */
async function endFailed(attempt: Attempt, error: unknown, failures: number) {
  const { desk } = attempt
  const { parts, grip, installation, connection } = desk
  if (error instanceof Stopped) {
    await endAttempt(attempt, 'interrupted', interrupted('another part of the run was stopped'))
    throw error
  }
  const failure = grip.signal.aborted ? grip.signal.reason : error
  if (failure?.code === 'HOST_ERR_LEASE_LOST' || failure?.code === 'HOST_ERR_STORE_UNAVAILABLE') {
    const last = { code: String(failure.code), detail: String(failure.message) }
    await endAttempt(attempt, 'interrupted', last).catch(() => {})
    throw failure
  }
  const outcome = failed(failure, failures, installation.schedule, attempt.run.id)
  if (outcome.bug) parts.log.error({ err: failure, run: attempt.run.id }, 'run failed by a mistake')
  await endAttempt(attempt, outcome.status, outcome.error)
  const now = parts.now()
  if (outcome.attention)
    desk.after.attention = { ...outcome.error, since: installation.attention?.since ?? now.toISOString() }
  if (failure instanceof Interruption) {
    if (attempt.run.mode === 'incremental') desk.nextPollAt = performance.now()
    else desk.after.compareDueInMs = 0
    throw new Stopped()
  }
  if (!outcome.ofConnection) return outcome
  const trouble = await noteTrouble(desk, outcome.error, now)
  const noted: Connection = { ...connection, trouble }
  const waitMs = waitFor(noted, now) ?? 0
  if (trouble) desk.after.failures++
  desk.nextPollAt = performance.now() + waitMs
  desk.after.compareDueInMs = waitMs
  throw new Stopped(outcome.error)
}

const interrupted = (reason: string): NonNullable<Run['error']> => {
  const { code, message } = new errors.HOST_ERR_INTERRUPTED(reason)
  return { code, detail: message }
}
