/** What people and a later attempt can read of an attempt while it runs and after. */
import type { Checkpoint } from '../connector/contract.ts'
import type { Run } from '../storage/port.ts'
import type { Attempt } from './attempt.ts'
import { newTally, noSource, sourceOf } from './receipt.ts'

const PROGRESS_EVERY_MS = 500

/** The records are durable: keep the position of a pass, and now and then the receipt for those who watch. */
export async function keepProgress(
  attempt: Attempt,
  checkpoint: Checkpoint | undefined,
  expected: number | undefined
): Promise<void> {
  const { parts, claim } = attempt
  const soFar = receiptSoFar(attempt)
  if (attempt.pass && checkpoint) {
    attempt.pass = { ...attempt.pass, checkpoint, ...soFar }
    await parts.store.leases.commit(claim.lease, { pass: attempt.pass })
  }
  attempt.run = {
    ...attempt.run,
    ...soFar,
    progress: { read: soFar.counts.read, expected: expected ?? attempt.run.progress.expected }
  }
  if (performance.now() - attempt.savedAt < PROGRESS_EVERY_MS) return
  attempt.savedAt = performance.now()
  await parts.store.runs.trySave(attempt.run)
}

export async function saveReceipt(attempt: Attempt, endedAt: string): Promise<void> {
  const soFar = receiptSoFar(attempt)
  attempt.run = {
    ...attempt.run,
    ...soFar,
    endedAt,
    progress: { ...attempt.run.progress, read: soFar.counts.read }
  }
  await attempt.parts.store.runs.trySave(attempt.run)
}

/** What the attempt has done by now, told to whoever counts it. */
function receiptSoFar({
  tally,
  stats,
  events,
  installation,
  run
}: Attempt): Pick<Run, 'counts' | 'leftOutBy' | 'source'> {
  events.progressed(tally.counts)
  const source = sourceOf(installation.pass?.source ?? noSource, stats, run.source.count)
  return { ...newTally(tally.counts, tally.leftOutBy), source }
}

/** The lease is lost: the receipt says so if it still can, nothing else is touched. */
export async function abandon(attempt: Attempt, reason: { code?: string; message?: string }): Promise<void> {
  const error = { code: String(reason.code), detail: String(reason.message) }
  attempt.run = { ...attempt.run, status: 'interrupted', error }
  await saveReceipt(attempt, attempt.parts.now().toISOString()).catch(() => {})
}
