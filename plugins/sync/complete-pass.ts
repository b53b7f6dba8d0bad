/** The end of a complete pass: was it complete, what does it take away, does the store now show what the source has. */
import type { CallContext, Checkpoint } from '../connector/contract.ts'
import { SourceIncomplete } from '../connector/failures.ts'
import { errors } from '../errors.ts'
import type { Outcome } from '../storage/port.ts'
import type { Attempt } from './attempt.ts'
import { jittered, settled } from './outcome.ts'
import { keepProgress } from './progress.ts'
import { addTally, newTally, reconcile } from './receipt.ts'
import { applySweep, sweepSize } from './sweep.ts'

/** `count`: what the vendor counts at the end, null if it was not asked. */
export async function endPass(
  attempt: Attempt,
  context: CallContext,
  checkpoint: Checkpoint,
  count: number | null
): Promise<Outcome> {
  const { writer, tally, installation, parts } = attempt
  const { generation, startedAt } = attempt.pass!
  const seen = tally.counts.read
  if (count !== null && seen < count) {
    throw new SourceIncomplete(
      `The vendor counts ${count} records but sent ${seen}. Nothing was taken away; the pass is repeated from its start.`
    )
  }
  const scanned = newTally(tally.counts, tally.leftOutBy)
  const size = await sweepSize(writer, installation, generation, tally.counts.created)
  const complete = { checkpoint, pass: null, compareDueInMs: jittered(installation.schedule.compareEveryMs) }
  const after = settled(installation, attempt.run.id)
  if (size.tooMany) {
    const error = new errors.HOST_ERR_SWEEP_HELD(String(size.removals), String(size.of))
    attempt.run = { ...attempt.run, status: 'awaiting-approval', error: { code: error.code, detail: error.message } }
    const since = parts.now().toISOString()
    const approval = { generation, removals: size.removals, of: size.of, since, approved: null }
    return { ...after, ...complete, dueInMs: null, approval }
  }
  if (size.removals > 0) {
    addTally(tally, await applySweep(writer, context, generation, () => keepProgress(attempt, undefined, undefined)))
  }
  const { active } = await parts.store.clients.counts(installation.id)
  const source = count ?? seen
  attempt.run = {
    ...attempt.run,
    status: 'succeeded',
    source: { ...attempt.run.source, count: source },
    reconciliation: reconcile(source, active, scanned)
  }
  return { ...after, ...complete, approval: null, lastPass: { runId: attempt.run.id, startedAt } }
}
