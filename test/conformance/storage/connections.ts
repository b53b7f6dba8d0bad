import type { Test } from 'tap'
import type { Connection } from '../../../plugins/storage/port.ts'
import { all, at, badCursor, connectionOf, first, installationOf, newId, noCursors, type Open } from './fixtures.ts'

export async function connectionCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { connections } = store

  await t.test('a connection comes back as it was put, with revision 1', async t => {
    const connection = connectionOf()
    t.equal(await connections.tryInsert(connection), true)
    t.same(await connections.get('acme', connection.id), { ...connection, rev: 1 })
    t.same(await connections.findByAccount('acme', 'example', connection.accountKey), { ...connection, rev: 1 })
  })

  await t.test('a tenant has one connection to an account, and another tenant may have its own', async t => {
    const connection = connectionOf()
    t.equal(await connections.tryInsert(connection), true)
    t.equal(await connections.tryInsert(connectionOf({ accountKey: connection.accountKey })), false)
    t.equal(await connections.tryInsert(connectionOf({ accountKey: connection.accountKey, tenant: 'other' })), true)
    t.equal(await connections.tryInsert(connectionOf({ accountKey: connection.accountKey, connector: 'two' })), true)
  })

  await t.test('of many that connect the same account at once one succeeds', async t => {
    const { accountKey } = connectionOf()
    const results = await Promise.all(
      Array.from({ length: 10 }, () => connections.tryInsert(connectionOf({ accountKey })))
    )
    t.equal(results.filter(Boolean).length, 1)
  })

  await t.test('another tenant finds, changes and removes nothing', async t => {
    const connection = connectionOf()
    await connections.tryInsert(connection)
    t.equal(await connections.get('other', connection.id), null)
    t.equal(await connections.findByAccount('other', 'example', connection.accountKey), null)
    t.equal(await connections.tryUpdate('other', connection.id, 1, { state: {} }), null)
    await connections.mergeState('other', connection.id, { host: 'stolen' })
    await connections.note('other', connection.id, { workedAt: at(9) })
    t.equal(await connections.tryRemove('other', connection.id, 1), false)
    t.same(await connections.get('acme', connection.id), { ...connection, rev: 1 })
  })

  await t.test('a list is oldest first, of one tenant, and stays whole while connections are added', async t => {
    const tenant = 'lists-connections'
    // Two of the same age stand at the edge of a page.
    const made = [3, 1, 2, 2, 5].map(step => connectionOf({ tenant, createdAt: at(step) }))
    for (const connection of made) await connections.tryInsert(connection)
    const expected = made
      .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : a.id < b.id ? -1 : 1))
      .map(connection => connection.id)
    const page = await connections.list(tenant, { limit: 2, cursor: null })
    t.same(
      page.items.map(item => item.id),
      expected.slice(0, 2)
    )
    await connections.tryInsert(connectionOf({ tenant, createdAt: at(0) }))
    const rest = await all(2, ({ limit, cursor }) =>
      connections.list(tenant, { limit, cursor: cursor ?? page.nextCursor })
    )
    t.same(
      rest.map(item => item.id),
      expected.slice(2)
    )
    t.same(await connections.list('nobody', first), { items: [], nextCursor: null })
  })

  await t.test('a page that ends with the last item has no next cursor', async t => {
    const tenant = 'lists-connections-whole'
    for (let i = 0; i < 2; i++) await connections.tryInsert(connectionOf({ tenant }))
    t.equal((await connections.list(tenant, { limit: 2, cursor: null })).nextCursor, null)
    t.type((await connections.list(tenant, { limit: 1, cursor: null })).nextCursor, 'string')
  })

  await t.test('a text that is no cursor of this list is refused', async t => {
    for (const cursor of noCursors) await t.rejects(connections.list('acme', { limit: 1, cursor }), badCursor, cursor)
  })

  await t.test('an update changes what it names, and the revision', async t => {
    const connection = connectionOf()
    await connections.tryInsert(connection)
    const sealed = { v: 1, kek: 'k2', wrappedKey: 'CCCC', fields: { password: 'DDDD' } } as const
    const account = { id: 'a2', name: 'Account Two' }
    const updated = await connections.tryUpdate('acme', connection.id, 1, { sealed, account })
    t.same({ ...updated, updatedAt: '' }, { ...connection, sealed, account, rev: 2, updatedAt: '' })
    t.not(updated?.updatedAt, connection.updatedAt)
    t.same(await connections.get('acme', connection.id), updated)
  })

  await t.test('an update with an old revision changes nothing, and of many at once one succeeds', async t => {
    const connection = connectionOf()
    await connections.tryInsert(connection)
    const updates = await Promise.all(
      ['a', 'b', 'c', 'd', 'e'].map(host => connections.tryUpdate('acme', connection.id, 1, { state: { host } }))
    )
    const [winner, ...none] = updates.filter(update => update !== null)
    t.same(none, [])
    t.equal(await connections.tryUpdate('acme', connection.id, 1, { state: {} }), null)
    t.same(await connections.get('acme', connection.id), winner)
  })

  await t.test('an update does not take the account of another connection', async t => {
    const [one, two] = [connectionOf(), connectionOf()]
    await connections.tryInsert(one)
    await connections.tryInsert(two)
    t.equal(await connections.tryUpdate('acme', two.id, 1, { accountKey: one.accountKey }), null)
    t.same(await connections.get('acme', two.id), { ...two, rev: 1 })
    t.equal((await connections.tryUpdate('acme', two.id, 1, { accountKey: 'moved' }))?.accountKey, 'moved')
  })

  await t.test('facts are merged into the state and leave the revision alone', async t => {
    const connection = connectionOf({ state: { host: 'one', 'dotted.name': 'kept' } })
    await connections.tryInsert(connection)
    await connections.mergeState('acme', connection.id, { host: 'two', version: '2020.3', 'new.dotted': 'x' })
    const state = { host: 'two', 'dotted.name': 'kept', version: '2020.3', 'new.dotted': 'x' }
    t.same(await connections.get('acme', connection.id), { ...connection, state, rev: 1 })
  })

  await t.test('what runs find out is noted and leaves the revision alone', async t => {
    const connection = connectionOf()
    await connections.tryInsert(connection)
    const trouble = { code: 'HOST_ERR_X', detail: 'refused', since: at(), tries: 1, retryAt: at(5) }
    await connections.note('acme', connection.id, { trouble })
    t.same(await connections.get('acme', connection.id), { ...connection, trouble, rev: 1 })
    await connections.note('acme', connection.id, { workedAt: at(7) })
    t.same(await connections.get('acme', connection.id), { ...connection, trouble, workedAt: at(7), rev: 1 })
    await connections.note('acme', connection.id, { trouble: null, workedAt: at(8) })
    await connections.note('acme', connection.id, {})
    t.same(await connections.get('acme', connection.id), { ...connection, workedAt: at(8), rev: 1 })
    const change = {
      trouble,
      lastValidation: { at: at(), checks: [{ name: 'a', status: 'passed', message: 'ok' }] }
    } as const
    t.match(await connections.tryUpdate('acme', connection.id, 1, change), { ...change, workedAt: at(8), rev: 2 })
    await connections.note('acme', 'con_none', { trouble })
  })

  await t.test('connections are found by the vendor’s id of their account, whatever their key', async t => {
    const account = { id: newId('account'), name: 'One' }
    const made = [connectionOf({ account }), connectionOf({ account }), connectionOf({ account, connector: 'two' })]
    const foreign = connectionOf({ account, tenant: 'other' })
    for (const each of [...made, foreign]) await connections.tryInsert(each)
    const ids = async (tenant: string, connector: string) =>
      (await connections.listByAccountId(tenant, connector, account.id)).map(found => found.id).sort()
    t.same(await ids('acme', 'example'), [made[0]!.id, made[1]!.id])
    t.same(await ids('acme', 'two'), [made[2]!.id])
    t.same(await ids('other', 'example'), [foreign.id])
    t.same(await connections.listByAccountId('acme', 'example', 'none'), [])
  })

  await t.test('those that nobody uses are found once nobody has touched them for so long', async t => {
    const { store } = await open(t)
    const now = Date.now()
    const aged = (hours: number) => connectionOf({ updatedAt: new Date(now - hours * 3_600_000).toISOString() })
    const [old, older, young, used] = [aged(30), aged(40), aged(1), aged(50)]
    for (const each of [old, older, young, used]) await store.connections.tryInsert(each)
    await store.installations.tryInsert(installationOf({ connectionId: used.id }))
    const ids = async (limit: number) =>
      (await store.connections.listUnused(24 * 3_600_000, limit)).map(found => found.id)
    t.same(await ids(10), [older.id, old.id])
    t.same(await ids(1), [older.id])
    await store.connections.tryUpdate('acme', older.id, 1, { state: {} })
    t.same(await ids(10), [old.id])
  })

  await t.test(
    'those that were not validated for long are found over all tenants, one page behind the other',
    async t => {
      const { store } = await open(t)
      const checked = (at: string | null, tenant = 'acme') =>
        connectionOf({
          tenant,
          lastValidation: at === null ? null : { at: `2026-01-0${at}T00:00:00.000Z`, checks: [] }
        })
      const [never, never2, ...rest] = [null, null, '2', '1', '2', '4', '5'].map(at => checked(at))
      const foreign = checked('3', 'other')
      for (const each of [never, never2, foreign, ...rest]) await store.connections.tryInsert(each!)
      const byId = (...made: { id: string }[]) => made.map(({ id }) => id).sort()
      const expected = [...byId(never!, never2!), rest[1]!.id, ...byId(rest[0]!, rest[2]!), foreign.id]
      const before = '2026-01-04T00:00:00.000Z'
      for (const limit of [1, 2, 3, 10]) {
        const found: Connection[] = []
        for (;;) {
          const page = await store.connections.listUnchecked(before, found.at(-1) ?? null, limit)
          found.push(...page)
          if (page.length < limit) break
        }
        t.same(
          found.map(({ id }) => id),
          expected,
          `${limit} at a time`
        )
      }
    }
  )

  await t.test('removal compares the revision', async t => {
    const connection = connectionOf()
    await connections.tryInsert(connection)
    t.equal(await connections.tryRemove('acme', connection.id, 2), false)
    t.equal(await connections.tryRemove('acme', connection.id, 1), true)
    t.equal(await connections.tryRemove('acme', connection.id, 1), false)
    t.equal(await connections.get('acme', connection.id), null)
    t.equal(await connections.tryInsert(connectionOf({ accountKey: connection.accountKey })), true)
  })

  await t.test('key rotation finds all that another key wraps, over all tenants, by id', async t => {
    const { store } = await open(t)
    const sealedBy = (kek: string) => ({ v: 1, kek, wrappedKey: 'AAAA', fields: {} }) as const
    const made = ['old', 'new', 'older', 'old'].map((kek, i) =>
      connectionOf({ sealed: sealedBy(kek), tenant: `tenant-${i}` })
    )
    for (const connection of made) await store.connections.tryInsert(connection)
    t.same((await store.connections.keysInUse()).sort(), ['new', 'old', 'older'])
    const ids = [made[0]!.id, made[2]!.id, made[3]!.id]
    const batch = await store.connections.listNotSealedBy('new', null, 2)
    t.same(
      batch.map(connection => connection.id),
      ids.slice(0, 2)
    )
    t.same(
      (await store.connections.listNotSealedBy('new', ids[1]!, 2)).map(connection => connection.id),
      ids.slice(2)
    )
    await store.connections.tryUpdate('tenant-0', ids[0]!, 1, { sealed: sealedBy('new') })
    t.equal((await store.connections.listNotSealedBy('new', null, 10)).length, 2)
  })
}
