import { setTimeout as sleep } from 'node:timers/promises'
import type { Test } from 'tap'
import type { SeenRow } from '../../../plugins/storage/port.ts'
import { at, leased, type Open, pageOf, putSeen, seenOf, within } from './fixtures.ts'

export async function seenCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { seen } = store
  const keys = (rows: readonly SeenRow[]) => rows.map(row => row.key).sort()

  await t.test('what was seen comes back by its key, as it was last put', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    const rows = [
      seenOf('7', {
        leftOut: { rule: 'is-customer', words: 'Type is "$x"' },
        stamps: { company: at(), 'contact:1.5': '' }
      }),
      seenOf('addition:12/3', { stamps: { 'addition:12/3': at(4) } }),
      seenOf('ключ 😀', { setAside: 'has no name' })
    ]
    await putSeen(store, lease, rows)
    await putSeen(store, other, [seenOf('7')])
    const found = await seen.load(lease.installationId, ['ключ 😀', '7', 'none', '7', 'addition:12/3'])
    t.same(
      found.sort((a, b) => (a.key < b.key ? -1 : 1)),
      rows
    )
    const again = seenOf('7', { stamps: {}, setAside: 'unreadable', at: at(9) })
    await putSeen(store, lease, [again])
    t.same(await seen.load(lease.installationId, ['7']), [again])
    t.same(await seen.load(other.installationId, ['7']), [seenOf('7')])
    t.same(await seen.load(lease.installationId, []), [])
  })

  await t.test('what has become a client is forgotten, and forgetting may be repeated', async t => {
    const lease = await leased(store)
    await putSeen(store, lease, [seenOf('1'), seenOf('2')])
    for (let time = 0; time < 2; time++) await store.clients.write(lease, pageOf({ unseen: ['1', 'none'] }))
    t.same(keys(await seen.load(lease.installationId, ['1', '2'])), ['2'])
  })

  await t.test('what nobody has looked at for so long is pruned, but what is set aside only when asked', async t => {
    const rows = [seenOf('1'), seenOf('2'), seenOf('3', { setAside: 'broken' }), seenOf('4', { setAside: 'broken' })]
    const { lease, other, pruned } = await within(990, async () => {
      const [lease, other] = [await leased(store), await leased(store)]
      for (const each of [lease, other]) await putSeen(store, each, rows)
      const prune = async (ageMs: number, setAside?: boolean) => ({
        gone: await seen.prune(lease, ageMs, setAside),
        left: keys(await seen.load(lease.installationId, ['1', '2', '3', '4']))
      })
      const none = await prune(3_600_000, true)
      await sleep(600)
      await putSeen(store, lease, [seenOf('2', { at: at(5) }), seenOf('4', { setAside: 'still broken' })])
      return { lease, other, pruned: [none, await prune(400), await prune(400, true)] }
    })
    t.same(pruned, [
      { gone: 0, left: ['1', '2', '3', '4'] },
      { gone: 1, left: ['2', '3', '4'] },
      { gone: 1, left: ['2', '4'] }
    ])
    t.equal(await seen.prune(lease, 0, true), 2)
    t.equal((await seen.load(other.installationId, ['1', '2', '3', '4'])).length, 4)
  })
}
