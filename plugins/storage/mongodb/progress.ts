import { errors } from '../../errors.ts'
import type { Lease, Outcome, Progress } from '../port.ts'
import type { Collections } from './documents.ts'
import { fromNow, literal } from './expressions.ts'
import { repeated } from './failures.ts'
import { keepClaimAt } from './installations.ts'

/** Throws HOST_ERR_LEASE_LOST if the token is not the newest. */
export async function commitProgress({ installations }: Collections, lease: Lease, progress: Progress): Promise<void> {
  const stages = [{ $set: fieldsOf(progress) }, keepClaimAt]
  const { matchedCount } = await repeated(() => installations.updateOne(held(lease), stages))
  if (matchedCount !== 1) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
}

export function held(lease: Lease) {
  return { _id: { $eq: lease.installationId }, tenant: { $eq: lease.tenant }, token: { $eq: lease.token } }
}

const asTheyAre = [
  'poll',
  'pass',
  'passFailures',
  'lastPass',
  'misfits',
  'resolved',
  'resettled',
  'taken',
  'currentRunId'
] as const

/** A stage that sets nothing is refused, so there is always one. */
function fieldsOf(progress: Progress): Record<string, unknown> {
  const fields: Record<string, unknown> = { hold: holdAfter(progress) }
  for (const name of asTheyAre) if (progress[name] !== undefined) fields[name] = literal(progress[name])
  if (progress.compareDueInMs !== undefined) fields.compareDueAt = fromNow(progress.compareDueInMs)
  if (progress.takeRequest !== undefined) {
    // Another request may have come since this one was read.
    const taken = { $eq: ['$requested.runId', literal(progress.takeRequest)] }
    fields.requested = { $cond: [taken, null, '$requested'] }
  }
  return fields
}

/** The decision stays as it is stored, unless it is the one that is taken. */
function holdAfter({ hold, takeDecision }: Progress): unknown {
  if (hold === null) return null
  const made = { $ifNull: ['$hold.decision', null] }
  const isTaken = { $eq: ['$hold.decision.at', literal(takeDecision)] }
  const decision = takeDecision === undefined ? made : { $cond: [isTaken, null, made] }
  if (hold !== undefined) return { $mergeObjects: [literal(hold), { decision }] }
  if (takeDecision === undefined) return '$hold'
  return { $cond: [isTaken, { $mergeObjects: ['$hold', { decision: null }] }, '$hold'] }
}

/** Stages of a release: the second sees what the first has left waiting. */
export function stagesOf(outcome: Outcome): object[] {
  const { dueInMs, attention, lastRunId } = outcome
  const isThere = { $or: [{ $ne: ['$requested', null] }, { $ne: [{ $ifNull: ['$hold.decision', null] }, null] }] }
  const waits = outcome.isLeftToOthers ? false : isThere
  const release: Record<string, unknown> = {
    leaseOwner: null,
    leaseUntil: null,
    failures: outcome.failures,
    dueAt: dueInMs === null ? null : { $cond: [waits, '$$NOW', fromNow(dueInMs)] },
    ...(attention !== undefined && { attention: literal(attention) }),
    ...(lastRunId !== undefined && { lastRunId: literal(lastRunId) })
  }
  return [{ $set: fieldsOf(outcome) }, { $set: release }, keepClaimAt]
}
