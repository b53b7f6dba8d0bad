import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import { nameKeyOf } from '../../../plugins/entities/name-key.ts'
import type { ClientQuery } from '../../../plugins/storage/port.ts'
import { all, badCursor, byBytes, first, leased, noCursors, type Open, profileOf, put, recordOf } from './fixtures.ts'

export async function clientListCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store
  const named = (name: string) => ({ profile: profileOf(name), nameKey: nameKeyOf(name) })

  await t.test('lists are filtered by status, connection and vendor id, together', async t => {
    const tenant = 'filters'
    const [one, two] = [await leased(store, { tenant }), await leased(store, { tenant })]
    await put(store, one, [recordOf(one, '1'), recordOf(one, '2', { status: 'inactive' })])
    await put(store, two, [recordOf(two, '1', { status: 'gone' }), recordOf(two, '3')])
    const ids = async (query: ClientQuery) =>
      (await clients.list(tenant, query, first)).items.map(
        item => `${item.connectionId === one.connectionId ? 'a' : 'b'}${item.externalId}`
      )
    t.same((await ids({})).sort(), ['a1', 'a2', 'b1', 'b3'])
    t.same((await ids({ status: 'active' })).sort(), ['a1', 'b3'])
    t.same(await ids({ connectionId: one.connectionId }), ['a1', 'a2'])
    t.same((await ids({ externalId: '1' })).sort(), ['a1', 'b1'])
    t.same(await ids({ externalId: '1', connectionId: two.connectionId }), ['b1'])
    t.same(await ids({ externalId: '1', status: 'active' }), ['a1'])
    t.same(await ids({ externalId: '3', connectionId: one.connectionId }), [])
    t.same(await ids({ search: 'client 1', status: 'gone' }), ['b1'])
    t.same(await ids({ search: 'client', connectionId: two.connectionId, status: 'active' }), ['b3'])
    t.same(await ids({ search: 'client', externalId: '2' }), ['a2'])
    t.same(await ids({ search: 'nobody', externalId: '2' }), [])
  })

  await t.test('a list stays whole while clients are added and renamed behind the cursor', async t => {
    const tenant = 'stable'
    const lease = await leased(store, { tenant })
    const names = ['Alpha', 'Beta', 'Beta', 'Delta', 'Epsilon']
    await put(
      store,
      lease,
      names.map((name, i) => recordOf(lease, String(i), named(name)))
    )
    const page = await clients.list(tenant, {}, { limit: 2, cursor: null })
    t.same(
      page.items.map(item => item.externalId),
      ['0', '1']
    )
    await put(store, lease, [
      recordOf(lease, '90', named('Aardvark')),
      recordOf(lease, '91', named('Zulu')),
      { ...page.items[0]!, ...named('Abacus') }
    ])
    const rest = await all(2, ({ limit, cursor }) =>
      clients.list(tenant, {}, { limit, cursor: cursor ?? page.nextCursor })
    )
    t.same(
      rest.map(item => item.externalId),
      ['2', '3', '4', '91']
    )
  })

  await t.test('a renamed client and one that changes its status stand in their new places alone', async t => {
    const tenant = 'renamed'
    const lease = await leased(store, { tenant })
    await put(store, lease, [recordOf(lease, '1', named('Alpha')), recordOf(lease, '2', named('Beta'))])
    await put(store, lease, [recordOf(lease, '1', { ...named('Gamma'), rev: 1, status: 'inactive' })])
    const ids = async (query: ClientQuery) =>
      (await clients.list(tenant, query, first)).items.map(item => item.externalId)
    t.same(await ids({}), ['2', '1'])
    t.same(await ids({ status: 'active' }), ['2'])
    t.same(await ids({ status: 'inactive' }), ['1'])
    t.same(await ids({ search: 'alpha' }), [])
    t.same(await ids({ search: 'gamma' }), ['1'])
  })

  await t.test('a text that is no cursor of this list is refused', async t => {
    const lease = await leased(store, { tenant: 'cursors' })
    await put(
      store,
      lease,
      ['1', '2'].map(id => recordOf(lease, id))
    )
    const { nextCursor } = await clients.list('cursors', {}, { limit: 1, cursor: null })
    await t.rejects(clients.listAgreements('cursors', {}, { limit: 1, cursor: nextCursor }), badCursor)
    await t.rejects(store.runs.list('cursors', 'ins', { limit: 1, cursor: nextCursor }), badCursor)
    for (const cursor of noCursors) {
      await t.rejects(clients.list('cursors', {}, { limit: 1, cursor }), badCursor, cursor)
      await t.rejects(clients.list('cursors', { search: 'client' }, { limit: 1, cursor }), badCursor, cursor)
    }
  })

  await t.test('a list is in the order of the name keys’ bytes, then of the ids, whatever the names', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 8 }),
      fc.constantFrom('', 'a', 'b', '\uff5e', '\ue000', '😀', '\u{20000}', 'a b', 'ab', 'a\u{1f600}', 'a\ufffd')
    )
    let round = 0
    await fc.assert(
      fc.asyncProperty(fc.array(text, { maxLength: 25 }), fc.integer({ min: 1, max: 9 }), async (names, limit) => {
        const tenant = `sorted-${++round}`
        const lease = await leased(store, { tenant })
        const records = names.map((name, i) => recordOf(lease, String(i), named(name)))
        await put(store, lease, records)
        const expected = records.toSorted((a, b) => byBytes(a.nameKey, b.nameKey) || byBytes(a.id, b.id))
        const found = await all(limit, page => clients.list(tenant, {}, page))
        deepEqual(
          found.map(record => record.id),
          expected.map(record => record.id)
        )
      }),
      { numRuns: 25 }
    )
  })
}
