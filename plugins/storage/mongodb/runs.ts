import { toRun as fromFormer } from '../former-shapes.ts'
import type { Run, RunStore } from '../port.ts'
import type { Collections, RunDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'

type Ended = Pick<RunDocument, '_id' | 'tenant' | 'installationId' | 'ended'>

const PRUNED_AT_ONCE = 500

export function runStore(collections: Collections): RunStore {
  const { runs, rejects, installations, cursors } = collections

  /** Few runs have ended when they are first put on record, so the store's clock is asked apart. */
  const toDocument = async ({ id, ...run }: Run): Promise<RunDocument> => ({
    _id: id,
    ...run,
    ended: run.endedAt === null ? null : new Date(await collections.now())
  })

  /** Without those that are their installation's last. */
  const prunable = async (found: readonly Ended[]): Promise<Ended[]> => {
    const ids = [...new Set(found.map(run => run.installationId))]
    const tenants = [...new Set(found.map(run => run.tenant))]
    const kept = await installations
      .find({ _id: { $in: ids }, tenant: { $in: tenants } }, { projection: { lastRunId: 1 }, hint: '_id_' })
      .toArray()
    const last = new Set(kept.map(installation => installation.lastRunId))
    return found.filter(run => !last.has(run._id))
  }

  return {
    async insert(run) {
      try {
        await runs.insertOne(await toDocument(run))
      } catch (error) {
        if (!isDuplicateKey(error)) throw error
      }
    },

    async trySave({ id, ...run }) {
      const ended = run.endedAt === null ? null : '$$NOW'
      const { matchedCount } = await repeated(() =>
        runs.updateOne(
          {
            _id: { $eq: id },
            tenant: { $eq: run.tenant },
            installationId: { $eq: run.installationId },
            token: { $lte: run.token }
          },
          [{ $replaceWith: { $mergeObjects: [literal(run), { _id: '$_id', ended }] } }]
        )
      )
      return matchedCount === 1
    },

    async get(tenant, id) {
      const found = await runs.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
      return found && toRun(found)
    },

    async list(tenant, installationId, { limit, cursor, olderThan }) {
      const [before = olderThan] = cursors.decode('runs', cursor) ?? []
      const found = await runs
        .find({
          installationId: { $eq: installationId },
          tenant: { $eq: tenant },
          ...(before !== undefined && { _id: { $lt: before } })
        })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray()
      return cursors.listing('runs', found.map(toRun), limit, run => [run.id])
    },

    async prune(olderThanMs, limit) {
      const until = new Date((await collections.now()) - olderThanMs)
      let pruned = 0
      let after = new Date(0)
      // Runs that are kept stay at the front of the order, so it is walked on until enough others were found.
      for (;;) {
        const found = await runs
          .find({ ended: { $gt: after, $lte: until } }, { projection: { tenant: 1, installationId: 1, ended: 1 } })
          .sort({ ended: 1 })
          .limit(PRUNED_AT_ONCE)
          .toArray()
        const ended = (await prunable(found)).slice(0, limit - pruned)
        const tenant = { $in: [...new Set(ended.map(run => run.tenant))] }
        const ids = ended.map(run => run._id)
        await rejects.deleteMany({ tenant, runId: { $in: ids } })
        pruned += (await runs.deleteMany({ tenant, _id: { $in: ids } })).deletedCount
        if (found.length < PRUNED_AT_ONCE || pruned >= limit) return pruned
        // Those that ended in the same millisecond as the last are left for another time.
        after = found.at(-1)!.ended!
      }
    }
  }
}

export function toRun(document: RunDocument): Run {
  const { _id: id, ended: _ended, ...run } = document
  return fromFormer({ id, ...run })
}
