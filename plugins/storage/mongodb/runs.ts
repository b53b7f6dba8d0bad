import { decodeCursor, toListing } from '../cursor.ts'
import type { Run, RunStore } from '../port.ts'
import type { Collections, RunDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'

const PRUNED_AT_ONCE = 500

export function runStore(collections: Collections): RunStore {
  const { runs, rejects, installations } = collections

  /** Few runs have ended when they are first put on record, so the store's clock is asked apart. */
  const toDocument = async ({ id, ...run }: Run): Promise<RunDocument> => ({
    _id: id,
    ...run,
    ended: run.endedAt === null ? null : new Date(await collections.now())
  })

  /** Without those that are their installation's last. */
  const prunable = async (found: readonly RunDocument[]): Promise<string[]> => {
    const ids = [...new Set(found.map(run => run.installationId))]
    const kept = await installations.find({ _id: { $in: ids } }, { projection: { lastRunId: 1 } }).toArray()
    const last = new Set(kept.map(installation => installation.lastRunId))
    return found.map(run => run._id).filter(id => !last.has(id))
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

    async list(tenant, installationId, { limit, cursor }) {
      const [before] = decodeCursor('runs', cursor, 1) ?? []
      const found = await runs
        .find({
          installationId: { $eq: installationId },
          tenant: { $eq: tenant },
          ...(before !== undefined && { _id: { $lt: before } })
        })
        .sort({ _id: -1 })
        .limit(limit + 1)
        .toArray()
      return toListing('runs', found.map(toRun), limit, run => [run.id])
    },

    async prune(olderThanMs, limit) {
      const until = new Date((await collections.now()) - olderThanMs)
      let pruned = 0
      let after = new Date(0)
      // Runs that are kept stay at the front of the order, so it is walked on until enough others were found.
      for (;;) {
        const found = await runs
          .find({ ended: { $gt: after, $lte: until } })
          .sort({ ended: 1 })
          .limit(PRUNED_AT_ONCE)
          .toArray()
        const ids = (await prunable(found)).slice(0, limit - pruned)
        await rejects.deleteMany({ runId: { $in: ids } })
        pruned += (await runs.deleteMany({ _id: { $in: ids } })).deletedCount
        if (found.length < PRUNED_AT_ONCE || pruned >= limit) return pruned
        // Those that ended in the same millisecond as the last are left for another time.
        after = found.at(-1)!.ended!
      }
    }
  }
}

function toRun(document: RunDocument): Run {
  const { _id: id, ended: _ended, ...run } = document
  return { id, ...run }
}
