import t from 'tap'
import { at, fence, first, leased, newId, put, recordOf } from '../../../conformance/storage/fixtures.ts'
import { failNext, freshUrl, needsStore, openStore } from './database.ts'

/** The write is on its way, its check behind it, when the lease goes. */
const late = { blockConnection: true, blockTimeMS: 700 }
const leaseLost = { code: 'HOST_ERR_LEASE_LOST' }

t.test('what a run adds after it has lost its lease is taken back', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })

  await t.test('a new client', async t => {
    const lease = await leased(store)
    await failNext(url, ['insert'], late)
    const refused = t.rejects(put(store, lease, [recordOf(lease, '1')]), leaseLost)
    await new Promise(resolve => setTimeout(resolve, 200))
    await fence(store, lease)
    await refused
    t.same((await store.clients.list('acme', {}, first)).items, [])
  })

  await t.test('a staged removal', async t => {
    const lease = await leased(store)
    await failNext(url, ['insert'], late)
    const refused = t.rejects(store.sweeps.stage(lease, 'g', ['1']), leaseLost)
    await new Promise(resolve => setTimeout(resolve, 200))
    await fence(store, lease)
    await refused
    t.equal(await store.sweeps.count(lease.installationId, 'g'), 0)
  })

  await t.test('a reject of an installation that was erased meanwhile', async t => {
    const lease = await leased(store)
    const runId = newId('run')
    await failNext(url, ['update'], late)
    const reject = { key: 'k', runId, externalId: null, reason: 'late', payload: '{}', at: at() }
    const refused = t.rejects(store.rejects.add(lease, [reject]), leaseLost)
    await new Promise(resolve => setTimeout(resolve, 200))
    await store.installations.remove('acme', lease.installationId)
    await refused
    t.same((await store.rejects.list('acme', runId, first)).items, [])
  })
})

t.test('a changed client that comes late is refused by the part its successor wrote', needsStore, async t => {
  const url = freshUrl(t)
  const store = await openStore(t, { url })
  const lease = await leased(store)
  const record = recordOf(lease, '1')
  await put(store, lease, [record])
  await failNext(url, ['update'], late)
  const late1 = store.clients.write(lease, [{ id: record.id, expectedRev: 2, record: { ...record, nameKey: 'old' } }])
  await new Promise(resolve => setTimeout(resolve, 200))
  const newer = await fence(store, lease)
  const [part] = record.parts
  const parts = [{ ...part!, token: newer.token }]
  await store.clients.write(newer, [{ id: record.id, expectedRev: 1, record: { ...record, parts, nameKey: 'new' } }])
  t.same(await late1, [record.id])
  t.match(await store.clients.get('acme', record.id), { nameKey: 'new', rev: 2 })
})
