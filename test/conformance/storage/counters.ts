import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import { newId, type Open, within } from './fixtures.ts'

const minute = 60_000

export async function counterCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { counters } = store

  await t.test('hits of a key add up within its window, which ends by itself', async t => {
    const key = newId('counter')
    const { resetInMs, ...first } = await counters.hit(key, minute)
    t.same(first, { count: 1 })
    t.ok(resetInMs > minute - 5000 && resetInMs <= minute, String(resetInMs))
    t.match(await counters.hit(key, minute), { count: 2 })
    t.match(await counters.hit(newId('counter'), minute), { count: 1 }, 'each key by itself')
    await sleep(50)
    const later = await counters.hit(key, minute)
    t.equal(later.count, 3)
    t.ok(later.resetInMs < resetInMs, 'the window does not move')
  })

  await t.test('a window that has ended begins anew', async t => {
    const { key, hits } = await within(90, async () => {
      const key = newId('counter')
      return { key, hits: [await counters.hit(key, 100), await counters.hit(key, 100)] }
    })
    t.match(hits, [{ count: 1 }, { count: 2 }])
    await sleep(150)
    t.match(await counters.hit(key, 100), { count: 1 })
  })

  await t.test('hits at once are all counted, each once', async t => {
    const key = newId('counter')
    const stores = second ? [store, await second()] : [store]
    const hits = await Promise.all(
      Array.from({ length: 30 }, (_, number) => stores[number % stores.length]!.counters.hit(key, minute))
    )
    t.same(
      hits.map(({ count }) => count).sort((a, b) => a - b),
      Array.from({ length: 30 }, (_, number) => number + 1)
    )
  })
}
