/** How an installation comes to this process's desk, and how it leaves it. */
import { errors } from '../errors.ts'
import type { Claim, Installation, Outcome } from '../storage/port.ts'
import { tidyAfterCrash } from './after-crash.ts'
import { toldAround } from './deeds.ts'
import { type Desk, type Grip, loadedFor, type RunParts } from './desk.ts'
import { decide, recount } from './hold.ts'
import { jittered } from './outcome.ts'
import { reserveTrial, waitFor } from './trouble.ts'

export interface DeskOptions {
  /** Claims the connection's other installations that are due within so long. @default none are */
  readonly siblings?: Desk['siblings']
}

/** undefined: the lease is free again, there is nothing to be done here now. */
export async function openDesk(
  parts: RunParts,
  claim: Claim,
  grip: Grip,
  { siblings }: DeskOptions
): Promise<Desk | undefined> {
  const { installation, lease, takenOver } = claim
  const loaded = loadedFor(parts, installation)
  if (!loaded) return leaveToOthers(parts, claim)
  const connection = await parts.store.connections.get(lease.tenant, installation.connectionId)
  if (!connection) throw new Error(`Connection ${installation.connectionId} is missing`)
  const { dueAt, leaseUntil, failures, schedule } = installation
  const storeNow = (leaseUntil ?? 0) - parts.leaseTtlMs
  const desk: Desk = {
    parts,
    lease,
    grip,
    claimed: installation,
    connection,
    ...loaded,
    restamp: takenOver,
    siblings: siblings ?? (async () => []),
    installation,
    trouble: connection.trouble,
    // A crash may have come between holding something and saying so.
    holdChanged: takenOver,
    asks: null,
    nextPollAt: performance.now() + Math.min(Math.max(0, (dueAt ?? storeNow) - storeNow), 2 * schedule.everyMs),
    after: { failures }
  }
  if (takenOver || installation.currentRunId !== null) await tidyAfterCrash(desk)
  const waitMs = waitFor(connection, parts.now())
  if (waitMs === null) {
    await reserveTrial(parts.store, connection, parts.now())
    return desk
  }
  await answerWithout(parts, claim, connection.trouble!)
  if (installation.requested) desk.after.lastRunId = installation.requested.runId
  await decide(desk, installation.lastRunId ?? '')
  desk.nextPollAt = performance.now() + waitMs
  desk.after.compareDueInMs = waitMs
  await release(desk)
  return undefined
}

/** Frees an installation whose connector this process does not have, and says so. */
async function leaveToOthers(parts: RunParts, claim: Claim): Promise<never> {
  const { connector, syncType, failures, attention: before } = claim.installation
  const error = new errors.HOST_ERR_CONNECTOR_NOT_LOADED(connector, `no sync type "${syncType}" of it is loaded here`)
  const since = before?.code === error.code ? before.since : parts.now().toISOString()
  const attention = { code: error.code, detail: error.message, since }
  await answerWithout(parts, claim, attention)
  const dueInMs = jittered(60_000)
  // A decision waits for whoever can carry it out: here it would only be claimed again and again.
  const outcome: Outcome = { dueInMs, compareDueInMs: dueInMs, failures, attention, isLeftToOthers: true }
  const standing = (now: Installation) => ({ installation: now, trouble: null })
  const { installation } = claim
  await toldAround(parts, standing(installation), standing({ ...installation, attention }), () =>
    free(parts, claim, outcome)
  )
  throw error
}

/** Whoever asked for a run that cannot be tried now is told so: a request that waits would make it due at once again. */
export async function answerWithout(
  { store, now }: RunParts,
  { lease, installation }: Pick<Claim, 'lease' | 'installation'>,
  why: { code: string; detail: string }
): Promise<void> {
  const { requested } = installation
  if (!requested) return
  const run = await store.runs.get(lease.tenant, requested.runId)
  const error = { code: why.code, detail: why.detail }
  if (run)
    await store.runs.trySave({ ...run, status: 'failed', endedAt: now().toISOString(), error, token: lease.token })
  await store.leases.commit(lease, { takeRequest: requested.runId })
}

/** A pass under way, and the first one, are due until they have failed: then in their own time. */
export function passIsDueAt(
  { compareDueAt, leaseUntil, pass, lastPass, passFailures, requested }: Installation,
  parts: RunParts
): boolean {
  if (requested && (requested.mode === 'compare' || lastPass === null)) return true
  if ((pass !== null || lastPass === null) && passFailures === 0) return true
  return leaseUntil !== null && compareDueAt <= leaseUntil - parts.leaseTtlMs
}

export async function release(desk: Desk): Promise<void> {
  await recount(desk)
  const { parts, installation, lease, nextPollAt, after } = desk
  const { compareDueInMs, ...rest } = after
  const dueInMs = Math.max(0, Math.round(nextPollAt - performance.now()))
  // What was asked for is no reason to come back early.
  const isPassDue = passIsDueAt({ ...installation, requested: null }, parts)
  const outcome: Outcome = {
    ...rest,
    ...(desk.asks && { attention: desk.asks }),
    dueInMs,
    currentRunId: null,
    ...(compareDueInMs !== undefined && isPassDue && { compareDueInMs })
  }
  const { attention = installation.attention } = outcome
  const before = { installation: desk.claimed, trouble: desk.connection.trouble }
  const now = { installation: { ...installation, attention }, trouble: desk.trouble }
  await toldAround(parts, before, now, () => free(parts, { lease, installation }, outcome))
}

async function free(
  parts: RunParts,
  { lease }: Pick<Claim, 'lease' | 'installation'>,
  outcome: Outcome
): Promise<void> {
  if (!(await parts.store.leases.tryRelease(lease, outcome))) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
}
