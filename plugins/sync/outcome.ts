/** What the failure of a poll or a pass means: when it is tried again, and whether a person has to act. Pure. */
import {
  ConnectorFailure,
  CredentialsRejected,
  PermissionMissing,
  RecordRejected,
  SettingUnresolved,
  SourcePostponed,
  SourceUnavailable,
  TargetRefused
} from '../connector/failures.ts'
import type { Installation, Run, RunStatus } from '../storage/port.ts'

const RETRY_FIRST_MS = 10_000
/** A right can be granted at the vendor without anybody telling us, and a name made anew. */
const RETRY_PERSON_MS = 15 * 60_000

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
export function backoff(failures: number, everyMs: number, retryAfterMs = 0): number {
  const grown = RETRY_FIRST_MS * 2 ** Math.min(failures, 20)
  return Math.max(jittered(Math.min(grown, everyMs * 2)), retryAfterMs && Math.ceil(retryAfterMs) + jittered(1000))
}

export interface Failed {
  readonly status: Exclude<RunStatus, 'running' | 'succeeded'>
  readonly error: NonNullable<Run['error']>
  /** Until it is tried again. */
  readonly retryInMs: number
  /** It counts for backoff. */
  readonly counts: boolean
  /** Only a person can put it right. */
  readonly attention: boolean
  /** It is the connection's and stops all of its installations. */
  readonly ofConnection: boolean
  /** A mistake of ours: to be logged with its stack. */
  readonly bug: boolean
}

/** @param failures in a row, of polls or of passes */
export function failed(
  failure: unknown,
  failures: number,
  { everyMs }: Installation['schedule'],
  runId: string
): Failed {
  const ordinary = { status: 'failed', counts: true, attention: false, ofConnection: false, bug: false } as const
  if (failure instanceof Interruption) {
    const detail = `The run was interrupted (${failure.message}); the next one goes on from the last saved page.`
    const error = { code: failure.code, detail }
    return { ...ordinary, status: 'interrupted', error, retryInMs: 0, counts: false }
  }
  if (!(failure instanceof ConnectorFailure) || failure instanceof RecordRejected) {
    const name = failure instanceof Error ? failure.name : typeof failure
    const detail = `The run failed by a mistake in the host or connector (${name}); the log has it under run ${runId}.`
    const error = { code: 'HOST_ERR_RUN_BUG', detail }
    return { ...ordinary, error, retryInMs: backoff(failures, everyMs), bug: true }
  }
  const error = { code: failure.code, detail: failure.message }
  if (failure instanceof SourcePostponed)
    return { ...ordinary, status: 'postponed', error, retryInMs: Math.max(1000, failure.retryAfterMs), counts: false }
  if (failure instanceof CredentialsRejected || failure instanceof TargetRefused)
    return { ...ordinary, error, retryInMs: backoff(failures, everyMs), ofConnection: true }
  if (failure instanceof PermissionMissing || failure instanceof SettingUnresolved)
    return { ...ordinary, error, retryInMs: jittered(RETRY_PERSON_MS), attention: true }
  const retryAfterMs = failure instanceof SourceUnavailable ? failure.retryAfterMs : undefined
  return { ...ordinary, error, retryInMs: backoff(failures, everyMs, retryAfterMs) }
}
