import type { Test } from 'tap'
import type { ActivityEntry, ActivityFilter } from '../../../plugins/storage/port.ts'
import { newId, type Open } from './fixtures.ts'

export const entryOf = (tenant: string, seq: number, change: Partial<ActivityEntry> = {}): ActivityEntry => ({
  tenant,
  seq,
  at: `2026-01-01T00:00:${String(seq % 60).padStart(2, '0')}.000Z`,
  actor: 'alex@acme.example',
  action: 'installation.stop',
  target: { kind: 'installation', id: 'ins_1' },
  from: '127.0.0.1',
  outcome: 'done',
  code: null,
  requestId: 'r-1',
  details: { '$odd.name': 1, syncType: 'people' },
  keyId: 'key',
  mac: `mac-${seq}`,
  ...change
})

export async function activityCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { activity } = store
  const first = { limit: 500, cursor: null }

  await t.test('entries come back as they were appended, newest first, each tenant’s by itself', async t => {
    const [one, two] = [newId('tenant'), newId('tenant')]
    t.equal(await activity.last(one), null)
    const entries = [entryOf(one, 1), entryOf(one, 2, { actor: null, from: null, target: null, outcome: 'failed' })]
    for (const entry of entries) t.equal(await activity.tryAppend(entry), true)
    t.equal(await activity.tryAppend(entryOf(two, 1)), true)
    t.same(await activity.last(one), { seq: 2, mac: 'mac-2' })
    t.same((await activity.list(one, {}, first)).items, entries.toReversed())
    t.same(await activity.walk(one, 0, 10), entries)
    t.same(await activity.walk(one, 1, 10), [entries[1]])
  })

  await t.test('a number is given once, whoever asks at once', async t => {
    const tenant = newId('tenant')
    const stores = second ? [store, await second()] : [store]
    const appended = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        stores[i % stores.length]!.activity.tryAppend(entryOf(tenant, 1, { mac: `mac-of-${i}` }))
      )
    )
    t.equal(appended.filter(Boolean).length, 1)
    t.equal((await activity.walk(tenant, 0, 10)).length, 1)
  })

  await t.test('a list is filtered by who and by what, page by page', async t => {
    const tenant = newId('tenant')
    for (let seq = 1; seq <= 12; seq++) {
      const change = { actor: seq % 2 ? 'odd' : 'even', action: seq % 3 ? 'a.one' : 'a.three' }
      await activity.tryAppend(entryOf(tenant, seq, change))
    }
    for (const seq of [13, 14, 15, 16])
      await activity.tryAppend(entryOf(tenant, seq, { actor: seq % 2 ? null : 'even', action: 'a.late', from: null }))
    const all = async (filter: ActivityFilter) => {
      const seqs: number[] = []
      for (let cursor: string | null = null; ; ) {
        const page = await activity.list(tenant, filter, { limit: 2, cursor })
        seqs.push(...page.items.map(({ seq }) => seq))
        cursor = page.nextCursor
        if (cursor === null) return seqs
      }
    }
    t.same(await all({}), [16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    t.same(await all({ actor: 'odd' }), [11, 9, 7, 5, 3, 1])
    t.same(await all({ action: 'a.three' }), [12, 9, 6, 3])
    t.same(await all({ actor: 'nobody' }), [])
    t.same(await all({ actor: 'even' }), [16, 14, 12, 10, 8, 6, 4, 2])
    t.same(await all({ by: 'host' }), [15, 13])
    t.same(await all({ by: 'people' }), [16, 14, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    await t.rejects(activity.list(tenant, {}, { limit: 2, cursor: 'abc' }), { code: 'HOST_ERR_BAD_CURSOR' })
  })

  await t.test('what is pruned leaves an anchor, and no number is given again', async t => {
    const tenant = newId('tenant')
    for (let seq = 1; seq <= 5; seq++) await activity.tryAppend(entryOf(tenant, seq))
    t.equal(await activity.anchor(tenant), null)
    const anchor = { seq: 3, mac: 'mac-3', keyId: 'key', anchorMac: 'anchor-3' }
    await activity.prune(tenant, anchor)
    await activity.prune(tenant, anchor)
    t.same(await activity.anchor(tenant), anchor)
    t.same(
      (await activity.walk(tenant, 0, 10)).map(({ seq }) => seq),
      [4, 5]
    )
    await activity.prune(tenant, { ...anchor, seq: 2, mac: 'mac-2' })
    t.same(await activity.anchor(tenant), anchor, 'an earlier one does not take its place')

    const all = { seq: 5, mac: 'mac-5', keyId: 'key', anchorMac: 'anchor-5' }
    await activity.prune(tenant, all)
    t.same(await activity.last(tenant), { seq: 5, mac: 'mac-5' })
    t.equal(await activity.tryAppend(entryOf(tenant, 4)), false)
    t.equal(await activity.tryAppend(entryOf(tenant, 6)), true)
  })

  await t.test('tenants are listed in order, those too of whom only an anchor is left', async t => {
    const prefix = newId('tenants')
    const names = ['a', 'b', 'c', 'd'].map(name => `${prefix}-${name}`)
    for (const name of names) for (const seq of [1, 2]) await activity.tryAppend(entryOf(name, seq))
    await activity.prune(names[1]!, { seq: 2, mac: 'mac-2', keyId: 'key', anchorMac: 'anchor' })
    const before = `${prefix}-`
    t.same(await activity.tenants(before, 3), names.slice(0, 3))
    t.same(
      (await activity.tenants(names[2]!, 50)).filter(name => name.startsWith(prefix)),
      [names[3]]
    )
  })
}
