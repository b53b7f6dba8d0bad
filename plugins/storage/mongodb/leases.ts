import { randomInt } from 'node:crypto'
import { errors } from '../../errors.ts'
import type { Claim, Lease, LeaseStore, Outcome } from '../port.ts'
import type { Collections, InstallationDocument } from './documents.ts'
import { fromNow, literal, millisecondsBetween } from './expressions.ts'
import { repeated } from './failures.ts'
import { keepClaimAt, toInstallation } from './installations.ts'

/** How many due installations a claim looks at, at least and at most; it looks wider after it lost races. */
const NARROW = 16
const WIDE = 1024
/** Rounds of compare-and-set in one claim; what is due then is left to the next. */
const ROUNDS = 3
/** Dates only: claimAt is null where nothing may be claimed. */
const ever = new Date(0)

export function leaseStore(collections: Collections): LeaseStore {
  const { installations } = collections
  let window = NARROW

  /**
   * Ids, the longest due first, by an index that holds what is not under way: its cost is that of the window. What is
   * not due yet is left out after the limit, so that the server's clock is asked in the same command.
   */
  const listDue = async (limit: number): Promise<string[]> => {
    const found = await installations
      .aggregate<Pick<InstallationDocument, '_id' | 'dueAt'>>([
        { $match: { claimAt: { $gt: ever } } },
        { $sort: { claimAt: 1 } },
        { $limit: limit },
        { $match: { $expr: { $lte: ['$claimAt', '$$NOW'] } } },
        { $project: { dueAt: 1 } }
      ])
      .toArray()
    return found.sort((a, b) => a.dueAt!.getTime() - b.dueAt!.getTime()).map(({ _id }) => _id)
  }

  const tryClaim = async (id: string, owner: string, ttlMs: number): Promise<Claim | null> => {
    const claimed = await repeated(() =>
      installations.findOneAndUpdate(
        { _id: { $eq: id }, claimAt: { $gt: ever }, $expr: { $lte: ['$claimAt', '$$NOW'] } },
        [
          {
            $set: {
              token: { $add: ['$token', 1] },
              leaseOwner: literal(owner),
              leaseUntil: fromNow(ttlMs),
              takenOver: { $ne: ['$leaseOwner', null] }
            }
          },
          keepClaimAt
        ],
        { returnDocument: 'after' }
      )
    )
    if (!claimed) return null
    const { tenant, connectionId, token, takenOver } = claimed
    return {
      lease: { tenant, connectionId, installationId: id, owner, token },
      installation: toInstallation(claimed),
      takenOver
    }
  }

  return {
    async claimDue(owner, limit, ttlMs) {
      const due = await listDue(Math.max(limit, window))
      const claims: Claim[] = []
      let tried = 0
      let lost = 0
      for (let round = 0; round < ROUNDS && due.length > 0 && claims.length < limit; round++) {
        // In order as long as nobody else is claiming; after a lost race from anywhere, or many hosts that began
        // with the same list would meet again at each of its entries.
        const ids = Array.from({ length: Math.min(limit - claims.length, due.length) }, () =>
          due.splice(lost > 0 ? randomInt(due.length) : 0, 1).join()
        )
        tried += ids.length
        const tries = await Promise.allSettled(ids.map(id => tryClaim(id, owner, ttlMs)))
        const failure = tries.find(result => result.status === 'rejected')
        for (const result of tries) if (result.status === 'fulfilled' && result.value) claims.push(result.value)
        // What was claimed is handed out all the same: nobody else could take it before its lease ends.
        if (failure && claims.length === 0) throw failure.reason
        if (failure) break
        lost = tried - claims.length
      }
      window = lost > 0 ? Math.min(window * 2, WIDE) : Math.max(window / 2, NARROW)
      return claims
    },

    async tryRenew(lease, ttlMs) {
      const { matchedCount } = await repeated(() =>
        installations.updateOne({ ...held(lease), leaseOwner: { $eq: lease.owner } }, [
          { $set: { leaseUntil: fromNow(ttlMs) } },
          keepClaimAt
        ])
      )
      return matchedCount === 1
    },

    async commit(lease, { pass, currentRunId, takeRequest }) {
      const fields: Record<string, unknown> = {}
      if (pass !== undefined) fields.pass = literal(pass)
      if (currentRunId !== undefined) fields.currentRunId = literal(currentRunId)
      if (takeRequest !== undefined) {
        // Another request may have come since this one was read.
        const taken = { $eq: ['$requested.runId', literal(takeRequest)] }
        fields.requested = { $cond: [taken, null, '$requested'] }
      }
      // A stage that sets nothing is refused.
      const stages = Object.keys(fields).length > 0 ? [{ $set: fields }] : [keepClaimAt]
      const { matchedCount } = await repeated(() => installations.updateOne(held(lease), stages))
      if (matchedCount !== 1) throw new errors.HOST_ERR_LEASE_LOST(String(lease.token))
    },

    async tryRelease(lease, outcome) {
      const stages = [{ $set: toFields(outcome) }, keepClaimAt]
      const { matchedCount } = await repeated(() => installations.updateOne(held(lease), stages))
      return matchedCount === 1
    },

    async nextDueInMs() {
      const free = { $or: [{ $eq: ['$leaseOwner', null] }, { $lte: ['$claimAt', '$$NOW'] }] }
      const [next] = await installations
        .aggregate<{ inMs: number }>([
          { $match: { claimAt: { $gt: ever }, $expr: free } },
          { $sort: { claimAt: 1 } },
          { $limit: 1 },
          { $project: { inMs: millisecondsBetween('$$NOW', '$claimAt') } }
        ])
        .toArray()
      return next ? Math.max(0, Number(next.inMs)) : null
    },

    async countDue(limit) {
      const now = new Date(await collections.now())
      return installations.countDocuments({ claimAt: { $gt: ever, $lte: now } }, { limit })
    }
  }
}

function held(lease: Lease) {
  return { _id: { $eq: lease.installationId }, tenant: { $eq: lease.tenant }, token: { $eq: lease.token } }
}

function toFields(outcome: Outcome): Record<string, unknown> {
  const { dueInMs, compareDueInMs } = outcome
  const waiting = { $ne: ['$requested', null] }
  const fields: Record<string, unknown> = {
    leaseOwner: null,
    leaseUntil: null,
    failures: outcome.failures,
    dueAt: dueInMs === null ? null : { $cond: [waiting, '$$NOW', fromNow(dueInMs)] }
  }
  if (compareDueInMs !== undefined) fields.compareDueAt = fromNow(compareDueInMs)
  for (const name of [
    'checkpoint',
    'pass',
    'attention',
    'approval',
    'lastPass',
    'lastRunId',
    'currentRunId'
  ] as const) {
    if (outcome[name] !== undefined) fields[name] = literal(outcome[name])
  }
  return fields
}
