import type { Run, RunStore } from '../port.ts'
import { foldedInto, quietRowId } from '../quiet-runs.ts'
import { kindsOf } from '../run-kinds.ts'
import type { Collections, RunDocument } from './documents.ts'
import { literal } from './expressions.ts'
import { isDuplicateKey, repeated } from './failures.ts'
import { toRun } from './run-document.ts'
import { listAllRuns } from './run-lists.ts'
import { pageOf, stepwise } from './steps.ts'

type Ended = Pick<RunDocument, '_id' | 'tenant' | 'installationId' | 'ended'>

const PRUNED_AT_ONCE = 500

export function runStore(collections: Collections): RunStore {
  const { runs, rejects, installations, cursors } = collections

  /** Few runs have ended when they are first put on record, so the store's clock is asked apart. */
  const toDocument = async ({ id, ...run }: Run): Promise<RunDocument> => ({
    _id: id,
    ...run,
    ended: run.endedAt === null ? null : new Date(await collections.now()),
    kinds: kindsOf(run)
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

  /** false: it was there. */
  const tryInsert = async (run: Run): Promise<boolean> => {
    try {
      await runs.insertOne(await toDocument(run))
      return true
    } catch (error) {
      if (isDuplicateKey(error)) return false
      throw error
    }
  }

  const mayReplace = ({ id, tenant, installationId, token }: Run) => ({
    _id: { $eq: id },
    tenant: { $eq: tenant },
    installationId: { $eq: installationId },
    token: { $lte: token }
  })

  const trySave = async (run: Run, when: object = {}): Promise<boolean> => {
    const { id: _id, ...fields } = run
    const ended = run.endedAt === null ? null : '$$NOW'
    const { matchedCount } = await repeated(() =>
      runs.updateOne({ ...mayReplace(run), ...when }, [
        { $replaceWith: { $mergeObjects: [literal({ ...fields, kinds: kindsOf(run) }), { _id: '$_id', ended }] } }
      ])
    )
    return matchedCount === 1
  }

  const get = async (tenant: string, id: string): Promise<Run | null> => {
    const found = await runs.findOne({ _id: { $eq: id }, tenant: { $eq: tenant } })
    return found && toRun(found)
  }

  return {
    async insert(run) {
      await tryInsert(run)
    },

    trySave: run => trySave(run),

    // Its own receipt ends first and goes last: wherever it is cut, the run is told, and a repetition sees how far it came.
    async fold(run) {
      for (let hasEnded = false; ; ) {
        const row = await get(run.tenant, quietRowId(run))
        if (row?.folded?.last !== run.id) {
          hasEnded ||= await trySave(run)
          if (!hasEnded) return null
          if (row && row.token > run.token) return run.id
          const folded = foldedInto(row, run)
          // Only onto the row that was read: another process may have put a run in meanwhile, or taken the row away.
          const isIn = row
            ? await trySave(folded, { 'folded.last': { $eq: row.folded!.last } })
            : await tryInsert(folded)
          if (!isIn) continue
        }
        await runs.deleteOne(mayReplace(run))
        return quietRowId(run)
      }
    },

    get,

    async list(tenant, installationId, { limit, cursor }) {
      const [before] = cursors.decode('runs', cursor) ?? []
      const found = runs
        .find(
          {
            installationId: { $eq: installationId },
            tenant: { $eq: tenant },
            ...(before !== undefined && { _id: { $lt: before } })
          },
          stepwise(limit)
        )
        .sort({ _id: -1 })
      return cursors.listing('runs', await pageOf(found, limit, toRun), run => [run.id])
    },

    listAll: (tenant, query, page) => listAllRuns(collections, tenant, query, page),

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
