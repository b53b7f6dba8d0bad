import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { newId, type Open, within } from './fixtures.ts'

const hour = 3_600_000
const minute = 60_000

export async function replyCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { replies } = store

  await t.test('the first of a key begins, and its answer is kept for the others', async t => {
    const key = newId('reply')
    t.equal(await replies.tryBegin({ key, digest: 'd1' }, hour, minute), null)
    t.same(await replies.tryBegin({ key, digest: 'd1' }, hour, minute), { digest: 'd1', answer: null }, 'at work')
    await replies.finish(key, '{"id":"$x"}')
    t.same(await replies.tryBegin({ key, digest: 'd2' }, hour, minute), { digest: 'd1', answer: '{"id":"$x"}' })
    t.equal(await replies.tryBegin({ key: newId('reply'), digest: 'd1' }, hour, minute), null, 'each key by itself')
  })

  await t.test('of many that begin at once one does', async t => {
    const key = newId('reply')
    const stores = second ? [store, await second()] : [store]
    const begun = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        stores[i % stores.length]!.replies.tryBegin({ key, digest: `d${i}` }, hour, minute)
      )
    )
    t.equal(begun.filter(reply => reply === null).length, 1)
  })

  await t.test('a key that is dropped is free, and one that has expired too', async t => {
    const [dropped, expired] = [newId('reply'), newId('reply')]
    await replies.tryBegin({ key: dropped, digest: 'd1' }, hour, minute)
    await replies.drop(dropped)
    t.equal(await replies.tryBegin({ key: dropped, digest: 'd2' }, hour, minute), null)
    await replies.tryBegin({ key: expired, digest: 'd1' }, 50, minute)
    await replies.finish(expired, 'old')
    await sleep(80)
    t.equal(await replies.tryBegin({ key: expired, digest: 'd2' }, hour, minute), null)
    t.same(await replies.tryBegin({ key: expired, digest: 'd2' }, hour, minute), { digest: 'd2', answer: null })
  })

  await t.test('one that was begun and never finished is taken over, once', async t => {
    const { key, taken } = await within(120, async () => {
      const key = newId('reply')
      await replies.tryBegin({ key, digest: 'd1' }, hour, 50)
      await sleep(80)
      return { key, taken: await Promise.all(['d2', 'd3'].map(digest => replies.tryBegin({ key, digest }, hour, 50))) }
    })
    t.equal(taken.filter(reply => reply === null).length, 1)
    await replies.finish(key, 'done')
    await sleep(80)
    t.match(await replies.tryBegin({ key, digest: 'd4' }, hour, 50), { answer: 'done' }, 'a finished one is not')
  })

  await t.test('those that have expired are pruned, so many at a time', async t => {
    const keys = Array.from({ length: 5 }, () => newId('reply'))
    const kept = newId('reply')
    while ((await replies.prune(100)) > 0);
    for (const key of keys) await replies.tryBegin({ key, digest: 'd' }, 30, minute)
    await replies.tryBegin({ key: kept, digest: 'd' }, hour, minute)
    await sleep(60)
    t.same([await replies.prune(3), await replies.prune(3), await replies.prune(3)], [3, 2, 0])
    t.match(await replies.tryBegin({ key: kept, digest: 'd' }, hour, minute), { digest: 'd' })
  })
}
