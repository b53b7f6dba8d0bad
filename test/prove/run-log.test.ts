import t from 'tap'
import type { Run } from '../../plugins/storage/port.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { RunLog } from '../../prove/run-log.ts'
import { at, fence, leased, runOf } from '../conformance/storage/fixtures.ts'

t.test(
  'runs of two leases that were at work at once are told of, also those of which a day’s receipt says nothing',
  async t => {
    const log = new RunLog()
    const store = log.watch(await openSqliteStore({ url: ':memory:' }))
    t.teardown(() => store.close())
    const lease = await leased(store)
    const next = await fence(store, lease)
    const [poll, nested, late, cut] = [
      runOf(lease, { startedAt: at(0) }),
      runOf(lease, { startedAt: at(5) }),
      runOf(next, { startedAt: at(9) }),
      runOf(lease, { startedAt: at(9) })
    ] as [Run, Run, Run, Run]
    for (const run of [poll, nested, late, cut]) await store.runs.insert(run)
    t.same([log.ended, log.overlaps()], [0, []], 'none has ended')
    await store.runs.fold({ ...poll, status: 'succeeded', endedAt: at(9) })
    await store.runs.fold({ ...nested, status: 'succeeded', endedAt: at(8) })
    await store.runs.trySave({ ...cut, status: 'interrupted', endedAt: at(20) })
    await store.runs.trySave({ ...late, status: 'succeeded', endedAt: at(10) })
    t.same(
      [log.ended, log.overlaps()],
      [3, []],
      'one lease may nest them, the next began when they were over, and what was cut writes nothing'
    )

    const early = runOf(next, { startedAt: at(7) })
    await store.runs.insert(early)
    await store.runs.trySave({ ...early, status: 'failed', endedAt: at(12) })
    const told = log.overlaps()
    t.equal(told.length, 2)
    for (const run of [poll, nested]) t.ok(told.some(line => line.includes(run.id) && line.includes(early.id)))
  }
)
