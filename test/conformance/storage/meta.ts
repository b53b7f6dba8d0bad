import type { Test } from 'tap'
import { newId, type Open } from './fixtures.ts'

export async function metaCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)

  await t.test('the first value stays', async t => {
    const key = newId('key.with.dots')
    t.equal(await store.meta.get(key), null)
    t.equal(await store.meta.putIfAbsent(key, 'one'), 'one')
    t.equal(await store.meta.putIfAbsent(key, 'two'), 'one')
    t.equal(await store.meta.get(key), 'one')
  })

  await t.test('of many that put at once all get the same value', async t => {
    const key = newId('key')
    const values = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(value => store.meta.putIfAbsent(key, value)))
    t.equal(new Set(values).size, 1)
    t.equal(await store.meta.get(key), values[0])
  })
}
