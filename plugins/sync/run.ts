/** One attempt at one installation under a lease: page after page, then the outcome and the receipt. */

import { CredentialsRejected } from '../connector/failures.ts'
import { errors } from '../errors.ts'
import type { DisposableContext } from '../outbound/vendor.ts'
import type { Claim, Connection, Installation, Outcome, Run, Store } from '../storage/port.ts'
import { type Attempt, begin, type Hold, loadedFor, type RunParts } from './attempt.ts'
import { endPass } from './complete-pass.ts'
import { failureOutcome, jittered, retryAtOnce, settled } from './outcome.ts'
import { abandon, saveReceipt } from './progress.ts'
import { readAhead } from './read-ahead.ts'

/** Runs to the end whatever happens; throws only if nothing may be written any more (lease lost, store away). */
export async function runInstallation(parts: RunParts, claim: Claim, hold: Hold): Promise<Run> {
  const loaded = loadedFor(parts, claim.installation)
  if (!loaded) return leaveToOthers(parts, claim)
  const attempt = await begin(parts, claim, loaded, hold)
  try {
    return await toItsEnd(attempt)
  } finally {
    attempt.events.ended(attempt.run.status, attempt.run.error?.code ?? null)
  }
}

async function toItsEnd(attempt: Attempt): Promise<Run> {
  const { parts, claim, hold } = attempt
  const { store, now } = parts
  let connection: Connection | undefined
  let context: DisposableContext | undefined
  let outcome: Outcome
  try {
    connection = await connectionOf(store, attempt.installation)
    context = parts.vendor.over(attempt.connector, connection, {
      settings: attempt.installation.settings,
      log: parts.log.child({ installation: attempt.installation.id, run: attempt.run.id }),
      signal: hold.signal,
      assertHeld: hold.assertHeld,
      stats: attempt.stats
    })
    outcome = await read(attempt, context)
  } catch (error) {
    const failure = hold.signal.aborted ? hold.signal.reason : error
    if (failure?.code === 'HOST_ERR_LEASE_LOST' || failure?.code === 'HOST_ERR_STORE_UNAVAILABLE') {
      await abandon(attempt, failure)
      throw failure
    }
    const failed = (await wasReplaced(store, connection, failure))
      ? retryAtOnce(attempt.installation, failure, attempt.run.id)
      : failureOutcome(attempt.installation, failure, attempt.run.id, now().toISOString())
    if (failed.bug) parts.log.error({ err: failure, run: attempt.run.id }, 'run failed by a mistake')
    attempt.run = { ...attempt.run, status: failed.status, error: failed.error }
    outcome = failed.outcome
  } finally {
    context?.dispose()
  }
  await saveReceipt(attempt, now().toISOString())
  if (!(await store.leases.tryRelease(claim.lease, outcome)))
    throw new errors.HOST_ERR_LEASE_LOST(String(claim.lease.token))
  return attempt.run
}

async function read(attempt: Attempt, context: DisposableContext): Promise<Outcome> {
  const { checkpoint, sourceCount } = await readAhead(attempt, context)
  attempt.hold.signal.throwIfAborted()
  if (attempt.pass) {
    if (!checkpoint) throw new Error(`Sync type "${attempt.syncType.name}" ended a complete pass without a checkpoint`)
    return endPass(attempt, context, checkpoint, sourceCount)
  }
  attempt.run = { ...attempt.run, status: 'succeeded' }
  return { ...settled(attempt.installation, attempt.run.id), ...(checkpoint && { checkpoint }) }
}

/** Frees an installation whose connector this process does not have, and says so. */
async function leaveToOthers({ store, now }: RunParts, { lease, installation }: Claim): Promise<never> {
  const { connector, syncType, failures } = installation
  const error = new errors.HOST_ERR_CONNECTOR_NOT_LOADED(connector, `no sync type "${syncType}" of it is loaded here`)
  const attention = { code: error.code, detail: error.message, since: now().toISOString() }
  await store.leases.tryRelease(lease, { dueInMs: jittered(60_000), failures, attention })
  throw error
}

/** The credentials that were refused are not those that count any more: somebody typed new ones meanwhile. */
async function wasReplaced(store: Store, used: Connection | undefined, failure: unknown): Promise<boolean> {
  if (!used || !(failure instanceof CredentialsRejected)) return false
  const current = await store.connections.get(used.tenant, used.id)
  return current !== null && current.rev !== used.rev
}

async function connectionOf(store: Store, installation: Installation): Promise<Connection> {
  const connection = await store.connections.get(installation.tenant, installation.connectionId)
  if (!connection) throw new Error(`Connection ${installation.connectionId} is missing`)
  return connection
}
