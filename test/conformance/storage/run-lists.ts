import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { Run, RunQuery } from '../../../plugins/storage/port.ts'
import { kindsOf } from '../../../plugins/storage/run-kinds.ts'
import {
  all,
  allBackwards,
  at,
  badCursor,
  installationOf,
  newId,
  noCounts,
  noCursors,
  type Open,
  runOf
} from './fixtures.ts'

export async function runListCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { runs } = store

  await t.test('runs of all installations are listed newest first, by kind and between ids, both ways', async () => {
    const one = fc.record({
      installation: fc.constantFrom(0, 1),
      status: fc.constantFrom<Run['status'][]>('succeeded', 'failed', 'running', 'interrupted', 'postponed'),
      counts: fc.constantFrom<Partial<Run['counts']>[]>(
        {},
        { created: 1 },
        { updated: 2, setAside: 1 },
        { inactivated: 1 },
        { gone: 3 },
        { held: 1 },
        { unchanged: 5, leftOut: 2 }
      )
    })
    const place = fc.option(fc.integer({ min: 0, max: 12 }), { nil: undefined })
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom<(RunQuery['kind'] | undefined)[]>(undefined, 'changes', 'problems'),
        fc.constantFrom(undefined, 0, 1),
        place,
        place,
        async (made, limit, kind, installation, from, to) => {
          const tenant = newId('tenant')
          const ids = [installationOf().id, installationOf().id]
          const stored: Run[] = []
          for (const { installation, status, counts } of made) {
            const begun = runOf({ tenant, installationId: ids[installation]!, token: 1 })
            await runs.insert(begun)
            const run = {
              ...begun,
              status,
              endedAt: status === 'running' ? null : at(1),
              counts: { ...noCounts, ...counts }
            }
            await runs.trySave(run)
            stored.push(run)
          }
          const query: RunQuery = {
            ...(kind && { kind }),
            ...(installation !== undefined && { installationId: ids[installation]! }),
            ...(from !== undefined && { from: stored[from]?.id ?? 'run_zzz' }),
            ...(to !== undefined && { to: stored[to]?.id ?? 'run_zzz' })
          }
          const expected = stored
            .toReversed()
            .filter(
              run =>
                (kind === undefined || kindsOf(run).includes(kind)) &&
                (query.installationId ?? run.installationId) === run.installationId &&
                run.id >= (query.from ?? '') &&
                run.id < (query.to ?? '~')
            )
          deepEqual(await all(limit, page => runs.listAll(tenant, query, page)), expected)
          deepEqual(await allBackwards(limit, page => runs.listAll(tenant, query, page)), expected)
        }
      ),
      { numRuns: 40 }
    )
  })

  await t.test('another tenant sees none of them, and a text that is no cursor of this list is refused', async t => {
    const run = runOf({ tenant: 'acme', installationId: installationOf().id, token: 1 })
    for (const each of [run, { ...run, id: newId('run') }]) await runs.insert(each)
    const page = { limit: 1, cursor: null }
    t.same((await runs.listAll('globex', {}, page)).items, [])
    t.same((await runs.listAll('globex', { installationId: run.installationId }, page)).items, [])
    for (const cursor of noCursors) {
      await t.rejects(runs.listAll('acme', {}, { limit: 1, cursor }), badCursor, cursor)
      await t.rejects(runs.listAll('acme', {}, { ...page, before: cursor }), badCursor, cursor)
    }
    const { nextCursor } = await runs.list('acme', run.installationId, page)
    await t.rejects(runs.listAll('acme', {}, { limit: 1, cursor: nextCursor }), badCursor)
  })
}
