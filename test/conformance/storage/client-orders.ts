import { deepEqual } from 'node:assert/strict'
import fc from 'fast-check'
import type { Test } from 'tap'
import type { ClientQuery, ClientRecord } from '../../../plugins/storage/port.ts'
import {
  all,
  allBackwards,
  at,
  badCursor,
  byBytes,
  first,
  leased,
  noCursors,
  type Open,
  profileOf,
  put,
  recordOf
} from './fixtures.ts'

const orders = ['name', '-name', 'changed', '-changed', 'id'] as const
const statuses = ['active', 'inactive', 'gone'] as const

function sorted(records: readonly ClientRecord[], order: (typeof orders)[number]): ClientRecord[] {
  const up = records.toSorted((a, b) => {
    const [x, y] =
      order === 'id' ? ['', ''] : order.endsWith('name') ? [a.nameKey, b.nameKey] : [a.updatedAt, b.updatedAt]
    return byBytes(x, y) || byBytes(a.id, b.id)
  })
  return order.startsWith('-') ? up.reverse() : up
}

export async function clientOrderCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store

  await t.test('every order, with every filter, gives each client once, whatever the page', async () => {
    const one = fc.record({
      name: fc.constantFrom('a', 'b', 'ab', '\uff5e', '😀', ''),
      changed: fc.integer({ min: 0, max: 4 }),
      status: fc.constantFrom(...statuses)
    })
    let round = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(one, { maxLength: 20 }),
        fc.constantFrom(...orders),
        fc.integer({ min: 1, max: 7 }),
        fc.option(fc.constantFrom(...statuses), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
        fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined }),
        fc.boolean(),
        async (made, order, limit, status, since, until, ofOne) => {
          const tenant = `orders-${++round}`
          const leases = [await leased(store, { tenant }), await leased(store, { tenant })] as const
          const records = made.map(({ name, changed, status }, i) =>
            recordOf(leases[i % 2]!, String(i), { nameKey: name, updatedAt: at(changed), status, rev: 0 })
          )
          for (const lease of leases) {
            await put(
              store,
              lease,
              records.filter(record => record.connectionId === lease.connectionId)
            )
          }
          const bounds = order.endsWith('changed')
            ? {
                ...(since !== undefined && { changedSince: at(since) }),
                ...(until !== undefined && { changedUntil: at(until) })
              }
            : {}
          const query: ClientQuery = {
            order,
            ...bounds,
            ...(status && { status }),
            ...(ofOne && { connectionId: leases[0].connectionId })
          }
          const expected = sorted(records, order).filter(
            record =>
              (status ?? record.status) === record.status &&
              (query.connectionId ?? record.connectionId) === record.connectionId &&
              record.updatedAt >= (query.changedSince ?? '') &&
              record.updatedAt <= (query.changedUntil ?? '9')
          )
          const found = await all(limit, page => clients.list(tenant, query, page))
          deepEqual(
            found.map(record => record.id),
            expected.map(record => record.id)
          )
          const back = await allBackwards(limit, page => clients.list(tenant, query, page))
          deepEqual(
            back.map(record => record.id),
            expected.map(record => record.id)
          )
          const { status: ofStatus, connectionId } = query
          const counted = records.filter(
            record => (ofStatus ?? record.status) === record.status && (!ofOne || record.connectionId === connectionId)
          )
          deepEqual(
            await clients.total(tenant, {
              ...(ofStatus && { status: ofStatus }),
              ...(ofOne && { connectionId: connectionId! })
            }),
            {
              count: counted.length,
              exact: true
            }
          )
        }
      ),
      { numRuns: 60 }
    )
  })

  await t.test('a walk by change or by id meets every client that is there throughout, whatever changes', async t => {
    for (const order of ['changed', 'id'] as const) {
      const tenant = `walk-${order}`
      const lease = await leased(store, { tenant })
      const records = Array.from({ length: 12 }, (_, i) => recordOf(lease, String(10 + i), { updatedAt: at(i) }))
      await put(store, lease, records)
      const met = new Set<string>()
      for (let cursor: string | null = null, step = 0; ; step++) {
        const page: { items: ClientRecord[]; nextCursor: string | null } = await clients.list(
          tenant,
          { order },
          { limit: 3, cursor }
        )
        for (const { externalId } of page.items) met.add(externalId)
        cursor = page.nextCursor
        if (cursor === null) break
        const [changed] = await clients.load(lease.connectionId, [String(10 + step * 2)])
        await put(store, lease, [{ ...changed!, updatedAt: at(100 + step), profile: profileOf('Zulu') }])
      }
      t.same([...met].sort(), records.map(record => record.externalId).sort(), order)
    }
  })

  await t.test('the page before one is the one that led to it, and says whether there is another', async t => {
    const tenant = 'orders-before'
    const lease = await leased(store, { tenant })
    const records = Array.from({ length: 5 }, (_, i) => recordOf(lease, String(i)))
    await put(store, lease, records)
    const first = await clients.list(tenant, {}, { limit: 2, cursor: null })
    t.equal(first.previousCursor, null, 'the list begins there')
    const second = await clients.list(tenant, {}, { limit: 2, cursor: first.nextCursor })
    const third = await clients.list(tenant, {}, { limit: 2, cursor: second.nextCursor })
    t.equal(third.nextCursor, null)
    const back = await clients.list(tenant, {}, { limit: 2, cursor: null, before: third.previousCursor })
    t.same(back.items, second.items)
    const begin = await clients.list(tenant, {}, { limit: 2, cursor: null, before: back.previousCursor })
    t.same([begin.items, begin.previousCursor], [first.items, null])
    const again = await clients.list(tenant, {}, { limit: 2, cursor: begin.nextCursor })
    t.same(again.items, second.items, 'and forwards again')

    await put(store, lease, [recordOf(lease, 'a', { nameKey: 'a', profile: profileOf('A') })])
    const grown = await clients.list(tenant, {}, { limit: 2, cursor: null, before: back.previousCursor })
    t.same(
      grown.items.map(record => record.externalId),
      ['0', '1'],
      'what came before it meanwhile is a page of its own'
    )
    t.not(grown.previousCursor, null)
    const both = { limit: 2, cursor: first.nextCursor, before: third.previousCursor }
    await t.rejects(clients.list(tenant, {}, both), { code: 'HOST_ERR_BAD_REQUEST' })
    const other = { limit: 2, cursor: null, before: third.previousCursor }
    await t.rejects(clients.list(tenant, { order: 'id' }, other), badCursor)
    for (const before of noCursors) await t.rejects(clients.list(tenant, {}, { ...other, before }), badCursor, before)
  })

  await t.test('a change without a moment in the list is a bound that no index answers, and is refused', async t => {
    const refused = { code: 'HOST_ERR_BAD_REQUEST' }
    const since = { changedSince: at() }
    for (const query of [
      since,
      { ...since, order: 'id' },
      { changedUntil: at(), order: '-name' },
      { ...since, order: 'changed', search: 'client' }
    ] as ClientQuery[]) {
      await t.rejects(clients.list('acme', query, first), refused)
    }
  })

  await t.test('one vendor id is found in every order, between moments too', async t => {
    const tenant = 'orders-external'
    const lease = await leased(store, { tenant })
    await put(store, lease, [recordOf(lease, '1', { updatedAt: at(5) })])
    const found = async (query: ClientQuery) =>
      (await clients.list(tenant, { externalId: '1', ...query }, first)).items.length
    for (const order of orders) t.equal(await found({ order, changedSince: at(5), changedUntil: at(5) }), 1)
    t.equal(await found({ changedSince: at(6) }), 0)
    t.equal(await found({ changedUntil: at(4) }), 0)
  })

  await t.test('a cursor of one order is none of another, and says nothing to who reads it', async t => {
    const tenant = 'orders-cursors'
    const lease = await leased(store, { tenant })
    await put(
      store,
      lease,
      ['1', '2'].map(id => recordOf(lease, id, { profile: profileOf('Qzsecret') }))
    )
    for (const order of orders) {
      const { nextCursor } = await clients.list(tenant, { order }, { limit: 1, cursor: null })
      t.notMatch(Buffer.from(nextCursor!, 'base64url').toString('latin1'), /qzsecret|cli_|2026/i)
      for (const other of orders) {
        const listed = clients.list(tenant, { order: other }, { limit: 1, cursor: nextCursor })
        if (other === order) t.equal((await listed).items.length, 1)
        else await t.rejects(listed, badCursor, `${order} as ${other}`)
      }
    }
  })
}
