import type { LeaseStore } from '../port.ts'
import { Claims, ever } from './claims.ts'
import { keepClock } from './clock.ts'
import type { Collections } from './documents.ts'
import { fromNow, millisecondsBetween } from './expressions.ts'
import { repeated } from './failures.ts'
import { keepClaimAt } from './installations.ts'
import { commitProgress, held, stagesOf } from './progress.ts'

export function leaseStore(collections: Collections): LeaseStore {
  const { installations } = collections
  const claims = new Claims(collections)

  return {
    claimDue: (owner, limit, ttlMs, shares) => claims.due(owner, limit, ttlMs, shares),

    claimSiblings: (owner, of, withinMs, ttlMs) => claims.siblings(owner, of, withinMs, ttlMs),

    tryClaim: (owner, tenant, installationId, ttlMs) => claims.one(owner, tenant, installationId, ttlMs),

    async giveBack({ lease, takenOver }) {
      const free = { leaseUntil: null, ...(!takenOver && { leaseOwner: null }) }
      await repeated(() => installations.updateOne(held(lease), [{ $set: free }, keepClaimAt]))
    },

    async hasSeveralTenants() {
      const end = (order: 1 | -1) =>
        installations.findOne(
          { wanted: { $eq: 'running' } },
          { sort: { tenant: order }, projection: { tenant: 1 }, hint: 'by-wanted' }
        )
      const [first, last] = await Promise.all([end(1), end(-1)])
      return first?.tenant !== last?.tenant
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

    commit: (lease, progress) => commitProgress(collections, lease, progress),

    async tryRelease(lease, outcome) {
      const { matchedCount } = await repeated(() => installations.updateOne(held(lease), stagesOf(outcome)))
      return matchedCount === 1
    },

    async nextDueInMs() {
      const free = { $or: [{ $eq: ['$leaseOwner', null] }, { $lte: ['$claimAt', '$$NOW'] }] }
      const [next] = await installations
        .aggregate<{ inMs: number }>(
          [
            { $match: { claimAt: { $gt: ever }, $expr: free } },
            { $sort: { claimAt: 1 } },
            { $limit: 1 },
            { $project: { inMs: millisecondsBetween('$$NOW', '$claimAt') } }
          ],
          { hint: 'by-claim' }
        )
        .toArray()
      return next ? Math.max(0, Number(next.inMs)) : null
    },

    keepClock: () => keepClock(collections),

    async countDue(limit) {
      const now = new Date(await collections.now())
      return installations.countDocuments({ claimAt: { $gt: ever, $lte: now } }, { limit, hint: 'by-claim' })
    }
  }
}
