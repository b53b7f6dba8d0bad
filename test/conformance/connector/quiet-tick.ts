import { Value } from 'typebox/value'
import { openNotebook, readPass } from './notebook.ts'
import type { SyncTypePromise } from './promise.ts'

export const quietTick: SyncTypePromise = {
  id: 'quiet-tick',
  promise: 'a tick in which nothing changed reads nothing',
  async hold(claims, { syncType, open }) {
    const { calls } = await open('large')
    const kept = await readPass(syncType, calls.call())
    for (const round of [1, 2]) {
      const tick = openNotebook(syncType)
      const { memo, known } = kept
      for await (const page of syncType.poll(calls.poll({ since: new Date(), memo, known, roster: kept.roster() })))
        tick.take(page)
      claims.equal(tick.read, 0, `a tick in which nothing changed reads no record (${round})`)
      claims.same(tick.gone, [], 'and finds nothing gone')
      claims.ok(tick.memo === undefined || Value.Check(syncType.memo, tick.memo), 'its memo fits the schema')
      kept.memo = tick.memo
    }
  }
}
