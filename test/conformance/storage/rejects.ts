import type { Test } from 'tap'
import type { StoredReject } from '../../../plugins/storage/port.ts'
import { all, at, badCursor, byBytes, first, leased, newId, noCursors, type Open, putRejects } from './fixtures.ts'

export async function rejectCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const lease = await leased(store)
  const rejectOf = (runId: string, key: string, change: Partial<StoredReject> = {}): StoredReject => ({
    key,
    runId,
    externalId: key,
    reason: 'has no name',
    payload: '{"id":1}',
    at: at(),
    ...change
  })

  await t.test('a reject is kept once by run and key, and the last one stays', async t => {
    const [runId, other] = [newId('run'), newId('run')]
    await putRejects(store, lease, [rejectOf(runId, '1'), rejectOf(runId, '2')])
    const again = rejectOf(runId, '1', { reason: 'has no id', payload: null, externalId: null })
    await putRejects(store, lease, [again, rejectOf(other, '1')])
    await putRejects(store, lease, [])
    const { items } = await store.rejects.list('acme', runId, first)
    t.same(
      items.toSorted((a, b) => byBytes(a.key, b.key)),
      [again, rejectOf(runId, '2')]
    )
    t.same((await store.rejects.list('acme', other, first)).items, [rejectOf(other, '1')])
  })

  await t.test('a payload of 64 KiB of any characters comes back', async t => {
    const runId = newId('run')
    const reject = rejectOf(runId, 'ключ', { payload: JSON.stringify('"\\\u0001ä€😀'.repeat(5000)).slice(0, 60_000) })
    await putRejects(store, lease, [reject])
    t.same((await store.rejects.list('acme', runId, first)).items, [reject])
  })

  await t.test('pages hold each reject once, and another tenant sees none', async t => {
    const runId = newId('run')
    const keys = Array.from({ length: 25 }, (_, i) => `key-${i}`)
    await putRejects(
      store,
      lease,
      keys.map(key => rejectOf(runId, key))
    )
    const found = await all(7, page => store.rejects.list('acme', runId, page))
    t.same(found.map(reject => reject.key).sort(), keys.sort())
    t.same(await store.rejects.list('other', runId, first), { items: [], nextCursor: null })
    for (const cursor of noCursors) {
      await t.rejects(store.rejects.list('acme', runId, { limit: 1, cursor }), badCursor, cursor)
    }
  })
}
