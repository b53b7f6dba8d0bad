/** What a run's end means for the installation: when it is due again, and whether a person has to act. */
import {
  ConnectorFailure,
  CredentialsRejected,
  PermissionMissing,
  RecordRejected,
  SourceIncomplete,
  SourceUnavailable,
  TargetRefused
} from '../connector/failures.ts'
import type { Installation, Outcome, Run } from '../storage/port.ts'

const RETRY_FIRST_MS = 10_000
/** A right can be granted at the vendor without anybody telling us. */
const RETRY_PERMISSION_MS = 15 * 60_000

/** Why a run was cut from outside. */
export class Interruption extends Error {
  override readonly name = 'Interruption'
  readonly code = 'HOST_ERR_INTERRUPTED'
  /** The process ends: the next one goes on at once. */
  readonly shutdown: boolean

  constructor(reason: string, shutdown = false) {
    super(reason)
    this.shutdown = shutdown
  }
}

/** 90 to 110 %: due times of many installations spread instead of meeting. */
export function jittered(ms: number): number {
  return Math.round(ms * (0.9 + Math.random() * 0.2))
}

/** 10 s, doubled with each failure in a row, at most twice the usual interval; never before the vendor's Retry-After. */
function backoff(installation: Installation, retryAfterMs = 0): number {
  const grown = RETRY_FIRST_MS * 2 ** Math.min(installation.failures, 20)
  return Math.max(
    jittered(Math.min(grown, installation.schedule.everyMs * 2)),
    retryAfterMs && Math.ceil(retryAfterMs) + jittered(1000)
  )
}

/** After success: due again in its usual interval, nothing held against it. */
export function settled(installation: Installation, runId: string): Outcome {
  return {
    dueInMs: jittered(installation.schedule.everyMs),
    attention: null,
    failures: 0,
    lastRunId: runId,
    currentRunId: null
  }
}

export interface FailedRun {
  readonly error: NonNullable<Run['error']>
  readonly status: 'failed' | 'interrupted'
  readonly outcome: Outcome
  /** A mistake of ours: to be logged with its stack. */
  readonly bug: boolean
}

/** The cause is gone already: nothing is held against the installation. */
export function retryAtOnce({ failures }: Installation, failure: ConnectorFailure, runId: string): FailedRun {
  const error = { code: failure.code, detail: failure.message }
  return {
    error,
    status: 'failed',
    bug: false,
    outcome: { dueInMs: 0, failures, lastRunId: runId, currentRunId: null }
  }
}

export function failureOutcome(installation: Installation, failure: unknown, runId: string, now: string): FailedRun {
  const { failures } = installation
  const after = { lastRunId: runId, currentRunId: null }
  if (failure instanceof Interruption) {
    const detail = `The run was interrupted (${failure.message}); the next one goes on from the last saved page.`
    const outcome: Outcome = { ...after, dueInMs: 0, failures }
    return { error: { code: failure.code, detail }, status: 'interrupted', outcome, bug: false }
  }

  const known = failure instanceof ConnectorFailure && !(failure instanceof RecordRejected)
  if (!known) {
    const name = failure instanceof Error ? failure.name : typeof failure
    const error = {
      code: 'HOST_ERR_RUN_BUG',
      detail: `The run failed by a mistake in the host or connector (${name}); the log has it under run ${runId}.`
    }
    return {
      error,
      status: 'failed',
      outcome: { ...after, dueInMs: backoff(installation), failures: failures + 1 },
      bug: true
    }
  }

  const error = { code: failure.code, detail: failure.message }
  const attention = { ...error, since: installation.attention?.since ?? now }
  const failed = (outcome: Pick<Outcome, 'dueInMs'> & Partial<Outcome>): FailedRun => ({
    error,
    status: 'failed',
    outcome: { ...after, failures: failures + 1, ...outcome },
    bug: false
  })
  // Refused credentials are not tried again by themselves: some vendors lock the account for everyone.
  if (failure instanceof CredentialsRejected) return failed({ dueInMs: null, attention })
  if (failure instanceof TargetRefused) return failed({ dueInMs: null, attention })
  if (failure instanceof PermissionMissing) return failed({ dueInMs: jittered(RETRY_PERMISSION_MS), attention })
  if (failure instanceof SourceIncomplete) return failed({ dueInMs: backoff(installation), pass: null })
  const retryAfterMs = failure instanceof SourceUnavailable ? failure.retryAfterMs : undefined
  return failed({ dueInMs: backoff(installation, retryAfterMs) })
}
