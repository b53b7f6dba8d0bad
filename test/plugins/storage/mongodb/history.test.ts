import t, { type Test } from 'tap'
import type { MongoCommand } from '../../../../plugins/storage/mongodb/open.ts'
import { fence, first, leased, put, recordOf, write } from '../../../conformance/storage/fixtures.ts'
import { renaming } from '../../../conformance/storage/history-fixtures.ts'
import { freshUrl, needsStore, openStore } from './database.ts'
import { openStoreProxy } from './store-proxy.ts'

async function openTwo(t: Test) {
  const url = freshUrl(t)
  const straight = await openStore(t, { url })
  const proxy = await openStoreProxy(t, url)
  return { straight, proxy, held: await openStore(t, { url: proxy.url }) }
}

t.test('an entry is there before its client is written, and counts only once that is', needsStore, async t => {
  const { straight, proxy, held } = await openTwo(t)
  const lease = await leased(straight)
  await put(straight, lease, [recordOf(lease, '1')])
  const [stored] = await straight.clients.load(lease.connectionId, ['1'])
  const { id } = stored!
  const sent = proxy.hold({ command: 'update', collection: 'clients' }, 'before')
  const late = write(held, lease, [renaming(lease, stored!, 'Late')])
  const update = await sent
  t.equal(await straight.transfer.count('history'), 1)
  t.same((await straight.history.list('acme', id, first)).items, [], 'as if the process had ended here')

  // Another write makes the revision that the entry is about.
  const parts = stored!.parts.map(part => ({ ...part, hash: 'h2' }))
  t.same(await write(straight, lease, [{ id, expectedRev: 1, record: { ...stored!, parts } }]), [])
  update.release()
  t.same(await late, [id])
  t.equal(await straight.transfer.count('history'), 1)
  t.same((await straight.history.list('acme', id, first)).items, [])
  t.same(await straight.history.ofRun('acme', lease.installationId, 'run_1', null, 10), { entries: [], next: null })
})

t.test('an entry that comes after its installation was erased is taken back', needsStore, async t => {
  const { straight, proxy, held } = await openTwo(t)
  const lease = await leased(straight)
  await put(straight, lease, [recordOf(lease, '1')])
  const [stored] = await straight.clients.load(lease.connectionId, ['1'])
  const sent = proxy.hold({ command: 'insert', collection: 'history' }, 'before')
  const late = t.rejects(write(held, lease, [renaming(lease, stored!, 'Late')]), { code: 'HOST_ERR_LEASE_LOST' })
  const insert = await sent
  const newer = await fence(straight, lease)
  t.same(await write(straight, newer, [{ id: stored!.id, expectedRev: 1, record: null }]), [])
  await straight.installations.remove('acme', lease.installationId)
  insert.release()
  await late
  t.equal(await straight.transfer.count('history'), 0)
})

t.test('clients that are new cost no statement more', needsStore, async t => {
  const heard: MongoCommand[] = []
  const store = await openStore(t, { url: freshUrl(t), onCommand: command => heard.push(command) })
  const lease = await leased(store)
  heard.length = 0
  await put(store, lease, [recordOf(lease, '1'), recordOf(lease, '2')])
  t.notOk(heard.some(({ body }) => Object.values(body).includes('history')))
  const names = heard.map(({ name }) => name)
  t.same(names, ['find', 'insert', 'find'], 'the lease, the clients, the lease')
})
