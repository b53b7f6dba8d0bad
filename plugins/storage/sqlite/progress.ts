import type { Hold, Lease, Outcome, Progress } from '../port.ts'
import type { Database, Value } from './database.ts'
import { fromJson, toJson, updateColumns } from './installations.ts'

const asJson = ['poll', 'pass', 'misfits', 'resolved', 'resettled', 'taken'] as const

/** Inside a transaction that has compared the token. */
export function applyProgress(database: Database, { installationId }: Lease, progress: Progress): void {
  const columns: Record<string, Value> = {}
  for (const field of asJson) if (progress[field] !== undefined) columns[field] = toJson(progress[field])
  if (progress.compareDueInMs !== undefined) columns.compare_due_at = database.now() + progress.compareDueInMs
  if (progress.passFailures !== undefined) columns.pass_failures = progress.passFailures
  if (progress.lastPass !== undefined) columns.last_pass = toJson(progress.lastPass)
  if (progress.currentRunId !== undefined) columns.current_run_id = progress.currentRunId
  if (progress.hold !== undefined || progress.takeDecision !== undefined) {
    const { hold } = database.one('SELECT hold FROM installations WHERE id = ?', installationId)!
    columns.hold = toJson(holdAfter(fromJson(hold), progress))
  }
  if (Object.keys(columns).length) updateColumns(database, installationId, columns)
  // Another request may have come since this one was read.
  if (progress.takeRequest !== undefined) {
    database.run(
      "UPDATE installations SET requested = NULL WHERE id = ? AND requested ->> '$.runId' = ?",
      installationId,
      progress.takeRequest
    )
  }
}

function holdAfter(stored: Hold | null, { hold = stored, takeDecision }: Progress): Hold | null {
  if (!hold) return null
  const made = stored?.decision ?? null
  return { ...hold, decision: made?.at === takeDecision ? null : made }
}

/** What a release writes besides its progress. `waits`: a request or a decision. */
export function outcomeColumns(outcome: Outcome, waits: boolean, now: number): Record<string, Value> {
  const { dueInMs, attention, lastRunId } = outcome
  return {
    lease_owner: null,
    lease_until: null,
    failures: outcome.failures,
    due_at: dueInMs === null ? null : waits ? now : now + dueInMs,
    ...(attention !== undefined && { attention: toJson(attention) }),
    ...(lastRunId !== undefined && { last_run_id: lastRunId })
  }
}
