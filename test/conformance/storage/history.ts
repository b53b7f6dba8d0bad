import type { Test } from 'tap'
import type { ClientRecord, HistoryEntry, Lease, Store } from '../../../plugins/storage/port.ts'
import { all, badCursor, fence, first, leased, type Open, put, recordOf, write } from './fixtures.ts'
import { renaming } from './history-fixtures.ts'

const clientOf = async (store: Store, { connectionId }: Lease, externalId: string): Promise<ClientRecord> =>
  (await store.clients.load(connectionId, [externalId]))[0]!

/** As a run writes it. */
async function rename(
  store: Store,
  lease: Lease,
  externalId: string,
  name: string,
  how: { runId?: string; by?: string } = {}
) {
  const change = renaming(lease, await clientOf(store, lease, externalId), name, how)
  await write(store, lease, [change])
  return change.entry!
}

const namesIn = (items: readonly HistoryEntry[]) => items.map(({ changes }) => changes[0]!.after)

export async function historyCases(t: Test, open: Open): Promise<void> {
  const { store, second } = await open(t)
  const { history } = store

  await t.test('what writes have changed of a client is listed as it was kept, newest first, page by page', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1'), recordOf(lease, '2')])
    t.same(await history.list('acme', recordOf(lease, '1').id, first), { items: [], nextCursor: null }, 'new')
    const entries: HistoryEntry[] = []
    for (let i = 0; i < 25; i++) entries.unshift(await rename(store, lease, '1', `Name ${i}`, { runId: `run_${i}` }))
    await rename(store, lease, '2', 'Other')
    const { id } = recordOf(lease, '1')
    const list = (limit: number) => all(limit, page => history.list('acme', id, page))
    t.same(await list(100), entries)
    t.same(await list(3), entries)
    t.same(await list(25), entries)
    t.same(entries[0]!.changes, [{ field: 'name', before: 'Name 23', after: 'Name 24' }])
    t.equal(entries.at(-1)!.former, null)
  })

  await t.test('a tenant does not see another one’s, and a cursor is of one client', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1'), recordOf(lease, '2')])
    for (const id of ['1', '2']) for (const name of ['A', 'B']) await rename(store, lease, id, name)
    const [one, two] = [recordOf(lease, '1').id, recordOf(lease, '2').id]
    t.same((await history.list('globex', one, first)).items, [])
    t.same((await history.ofRun('globex', lease.installationId, 'run_1', null, 10)).entries, [])
    const { nextCursor } = await history.list('acme', one, { limit: 1, cursor: null })
    await t.rejects(history.list('acme', two, { limit: 1, cursor: nextCursor }), badCursor)
    await t.rejects(history.list('acme', two, { limit: 1, cursor: 'x' }), badCursor)
  })

  await t.test('an entry whose write never came is as if it were not there', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1')])
    const stored = await clientOf(store, lease, '1')
    // Kept, and then the process ended: put in place as a move of the store would, so that no write is beside it.
    const orphan = renaming(lease, stored, 'Never').entry!
    await store.transfer.write('history', [{ key: orphan.id, document: orphan }])
    const { id } = stored
    t.equal((await history.list('acme', id, first)).items.length, 0)
    // Another write makes the very revision that it is about, and changes nothing that people see.
    await write(store, lease, [
      { id, expectedRev: 1, record: { ...stored, parts: stored.parts.map(part => ({ ...part, hash: 'h2' })) } }
    ])
    t.equal((await history.list('acme', id, first)).items.length, 0, 'of that revision')
    const entry = await rename(store, lease, '1', 'Came')
    t.same(namesIn((await history.list('acme', id, first)).items), ['Came'])
    const late = { ...renaming(lease, { ...stored, rev: entry.rev }, 'Late').entry!, former: entry.id }
    await store.transfer.write('history', [{ key: late.id, document: late }])
    t.same(namesIn((await history.list('acme', id, first)).items), ['Came'])
    t.same(namesIn((await history.ofRun('acme', lease.installationId, 'run_1', null, 10)).entries), ['Came'])
    await rename(store, lease, '1', 'Came too')
    t.same(namesIn((await history.list('acme', id, { limit: 1, cursor: null })).items), ['Came too'])
    t.same(namesIn(await all(1, page => history.list('acme', id, page))), ['Came too', 'Came'])
  })

  await t.test('a write that loses its compare-and-set leaves no history', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1')])
    const late = renaming(lease, await clientOf(store, lease, '1'), 'Late')
    await rename(store, lease, '1', 'First')
    t.same(await write(store, lease, [late]), [late.id])
    t.same(namesIn((await history.list('acme', late.id, first)).items), ['First'])
    await fence(store, lease)
    await t.rejects(write(store, lease, [renaming(lease, await clientOf(store, lease, '1'), 'Fenced')]))
    t.same(namesIn((await history.list('acme', late.id, first)).items), ['First'])
  })

  await t.test('what a run has changed is given client by client, whole, and without what undid it', async t => {
    const lease = await leased(store)
    const other = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    const ids = ['1', '2', '3', '4', '5']
    await put(
      store,
      lease,
      ids.map(id => recordOf(lease, id))
    )
    for (const id of ids) await rename(store, lease, id, 'Before', { runId: 'run_0' })
    for (const id of ids.slice(0, 4)) for (const name of ['A', 'B']) await rename(store, lease, id, name)
    await rename(store, lease, '2', 'After', { runId: 'run_2' })
    await rename(store, lease, '3', 'Before', { by: 'admin' })
    const ofRun = async (clients: number) => {
      const found: HistoryEntry[] = []
      for (let after: string | null = null; ; ) {
        const page: Awaited<ReturnType<typeof history.ofRun>> = await history.ofRun(
          'acme',
          lease.installationId,
          'run_1',
          after,
          clients
        )
        t.ok(new Set(page.entries.map(({ clientId }) => clientId)).size <= clients)
        found.push(...page.entries)
        if (page.next === null) return found
        after = page.next
      }
    }
    for (const clients of [1, 2, 3, 4, 100]) {
      const found = await ofRun(clients)
      t.same(
        found.map(({ externalId }) => externalId),
        ['1', '1', '2', '2', '3', '3', '4', '4'],
        `${clients} at a time`
      )
      t.same(namesIn(found), ['A', 'B', 'A', 'B', 'A', 'B', 'A', 'B'])
    }
    t.same((await history.ofRun('acme', other.installationId, 'run_1', null, 10)).entries, [])
  })

  await t.test('what is old is removed in steps, and the rest stays', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1')])
    for (let i = 0; i < 5; i++) await rename(store, lease, '1', `Name ${i}`)
    // What came by a move is as old as it says; what was written here is not old yet.
    t.equal(await history.prune(3_600_000, 100), 2)
    t.equal(await history.prune(3_600_000, 100), 0)
    const before = await store.transfer.count('history')
    t.equal(await history.prune(-1000, 2), 2)
    t.equal(await store.transfer.count('history'), before - 2)
    for (let i = 0; i < 100 && (await history.prune(-1000, 100)) > 0; i++);
    t.equal(await store.transfer.count('history'), 0)
    t.same((await history.list('acme', recordOf(lease, '1').id, first)).items, [])
    await rename(store, lease, '1', 'New')
    t.same(namesIn((await history.list('acme', recordOf(lease, '1').id, first)).items), ['New'])
  })

  await t.test('an installation and a client that are erased leave no history', async t => {
    const lease = await leased(store)
    const other = await leased(store)
    for (const each of [lease, other]) {
      await put(store, each, [recordOf(each, '1', { status: 'gone' }), recordOf(each, '2')])
      for (const id of ['1', '2']) await rename(store, each, id, 'Other')
    }
    const count = async ({ installationId }: Lease) => {
      let found = 0
      for (let after: string | null = null; ; ) {
        const batch: { key: string; document: HistoryEntry }[] = await store.transfer.read('history', after, 500)
        if (batch.length === 0) return found
        found += batch.filter(({ document }) => document.installationId === installationId).length
        after = batch.at(-1)!.key
      }
    }
    t.equal(await store.clients.tryErase('acme', recordOf(lease, '1').id, 2), true)
    t.equal(await count(lease), 1)
    await store.installations.remove('acme', lease.installationId)
    t.equal(await count(lease), 0)
    t.equal(await count(other), 2)
  })

  if (!second) return
  await t.test('history that one connection has kept another one sees', async t => {
    const lease = await leased(store)
    await put(store, lease, [recordOf(lease, '1')])
    const elsewhere = await second()
    t.teardown(() => elsewhere.close())
    await rename(store, lease, '1', 'Here')
    await rename(elsewhere, lease, '1', 'There')
    t.same(namesIn((await history.list('acme', recordOf(lease, '1').id, first)).items), ['There', 'Here'])
  })
}
