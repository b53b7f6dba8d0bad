/** What people and a later attempt can read of an attempt while it runs and after. */
import type { Checkpoint } from '../connector/contract.ts'
import type { Attempt } from './attempt.ts'
import { newTally, noSource, sourceOf } from './receipt.ts'

const PROGRESS_EVERY_MS = 500

/** The records are durable: keep the position of a pass, and now and then the receipt for those who watch. */
export async function keepProgress(
  attempt: Attempt,
  checkpoint: Checkpoint | undefined,
  expected: number | undefined
): Promise<void> {
  const { parts, claim, tally, stats } = attempt
  attempt.events.progressed(tally.counts)
  const before = attempt.installation.pass?.source ?? noSource
  const source = sourceOf(before, stats, attempt.run.source.count)
  if (attempt.pass && checkpoint) {
    const { counts, leftOutBy } = newTally(tally.counts, tally.leftOutBy)
    attempt.pass = { ...attempt.pass, checkpoint, counts, leftOutBy, source }
    await parts.store.leases.commit(claim.lease, { pass: attempt.pass })
  }
  attempt.run = {
    ...attempt.run,
    progress: { read: tally.counts.read, expected: expected ?? attempt.run.progress.expected },
    counts: { ...tally.counts },
    leftOutBy: { ...tally.leftOutBy },
    source
  }
  if (performance.now() - attempt.savedAt < PROGRESS_EVERY_MS) return
  attempt.savedAt = performance.now()
  await parts.store.runs.trySave(attempt.run)
}

export async function saveReceipt(attempt: Attempt, endedAt: string): Promise<void> {
  const { tally, stats } = attempt
  attempt.events.progressed(tally.counts)
  const source = sourceOf(attempt.installation.pass?.source ?? noSource, stats, attempt.run.source.count)
  attempt.run = {
    ...attempt.run,
    endedAt,
    progress: { ...attempt.run.progress, read: tally.counts.read },
    counts: { ...tally.counts },
    leftOutBy: { ...tally.leftOutBy },
    source
  }
  await attempt.parts.store.runs.trySave(attempt.run)
}

/** The lease is lost: the receipt says so if it still can, nothing else is touched. */
export async function abandon(attempt: Attempt, reason: { code?: string; message?: string }): Promise<void> {
  const error = { code: String(reason.code), detail: String(reason.message) }
  attempt.run = { ...attempt.run, status: 'interrupted', error }
  await saveReceipt(attempt, attempt.parts.now().toISOString()).catch(() => {})
}
