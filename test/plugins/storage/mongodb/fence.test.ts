import t, { type Test } from 'tap'
import { at, fence, first, leased, newId, put, recordOf } from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore, openStore } from './database.ts'
import { openStoreProxy } from './store-proxy.ts'

const leaseLost = { code: 'HOST_ERR_LEASE_LOST' }

/** One store whose commands can be held on their way, and another that goes straight to the same data. */
async function openTwo(t: Test) {
  const url = freshUrl(t)
  const straight = await openStore(t, { url })
  const proxy = await openStoreProxy(t, url)
  return { straight, proxy, held: await openStore(t, { url: proxy.url }) }
}

t.test('what a run adds after it has lost its lease is taken back', needsStore, async t => {
  const { straight, held, proxy } = await openTwo(t)

  await t.test('a new client', async t => {
    const lease = await leased(straight)
    const sent = proxy.hold({ command: 'insert', collection: 'clients' }, 'before')
    const refused = t.rejects(put(held, lease, [recordOf(lease, '1')]), leaseLost)
    const insert = await sent
    await fence(straight, lease)
    insert.release()
    await refused
    t.same((await straight.clients.list('acme', {}, first)).items, [])
  })

  await t.test('a staged removal', async t => {
    const lease = await leased(straight)
    const sent = proxy.hold({ command: 'insert', collection: 'staged' }, 'before')
    const refused = t.rejects(held.sweeps.stage(lease, 'g', ['1']), leaseLost)
    const insert = await sent
    await fence(straight, lease)
    insert.release()
    await refused
    t.equal(await straight.sweeps.count(lease.installationId, 'g'), 0)
  })

  await t.test('a reject of an installation that was erased meanwhile', async t => {
    const lease = await leased(straight)
    const runId = newId('run')
    const sent = proxy.hold({ command: 'update', collection: 'rejects' }, 'before')
    const reject = { key: 'k', runId, externalId: null, reason: 'late', payload: '{}', at: at() }
    const refused = t.rejects(held.rejects.add(lease, [reject]), leaseLost)
    const update = await sent
    await straight.installations.remove('acme', lease.installationId)
    update.release()
    await refused
    t.same((await straight.rejects.list('acme', runId, first)).items, [])
  })
})

t.test('a changed client that comes late is refused by the part its successor wrote', needsStore, async t => {
  const { straight, held, proxy } = await openTwo(t)
  const lease = await leased(straight)
  const record = recordOf(lease, '1')
  await put(straight, lease, [record])
  const sent = proxy.hold({ command: 'update', collection: 'clients' }, 'before')
  const late = held.clients.write(lease, [{ id: record.id, expectedRev: 2, record: { ...record, nameKey: 'old' } }])
  const update = await sent
  const newer = await fence(straight, lease)
  const [part] = record.parts
  const parts = [{ ...part!, token: newer.token }]
  await straight.clients.write(newer, [{ id: record.id, expectedRev: 1, record: { ...record, parts, nameKey: 'new' } }])
  update.release()
  t.same(await late, [record.id])
  t.match(await straight.clients.get('acme', record.id), { nameKey: 'new', rev: 2 })
})
