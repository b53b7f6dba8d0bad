import t, { type Test } from 'tap'
import {
  at,
  fence,
  first,
  leased,
  lossOf,
  newId,
  pageOf,
  put,
  putLosses,
  putRejects,
  recordOf,
  seenOf,
  write
} from '../../../conformance/storage/fixtures.ts'
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

  await t.test('a loss, and something seen', async t => {
    for (const collection of ['losses', 'seen']) {
      const lease = await leased(straight)
      const sent = proxy.hold({ command: 'insert', collection }, 'before')
      const page = pageOf({ losses: [lossOf(lease, '1')], seen: [seenOf('1')], progress: { currentRunId: 'late' } })
      const refused = t.rejects(held.clients.write(lease, page), leaseLost)
      const update = await sent
      await fence(straight, lease)
      update.release()
      await refused
      t.same(await straight.losses.of(lease.installationId, ['1']), [])
      t.same(await straight.seen.load(lease.installationId, ['1']), [])
      t.match(await straight.installations.get('acme', lease.installationId), { currentRunId: null })
    }
  })

  await t.test('a loss that its successor has put another in the place of stays', async t => {
    const lease = await leased(straight)
    const sent = proxy.hold({ command: 'insert', collection: 'losses' }, 'before')
    const refused = t.rejects(putLosses(held, lease, [lossOf(lease, '1')]), leaseLost)
    const update = await sent
    const newer = await fence(straight, lease)
    const row = lossOf(newer, '1', { state: 'held' })
    await putLosses(straight, newer, [row])
    update.release()
    await refused
    t.same(await straight.losses.of(lease.installationId, ['1']), [row])
  })

  await t.test('a reject of an installation that was erased meanwhile', async t => {
    const lease = await leased(straight)
    const runId = newId('run')
    const sent = proxy.hold({ command: 'update', collection: 'rejects' }, 'before')
    const reject = { key: 'k', runId, externalId: null, reason: 'late', payload: '{}', at: at() }
    const refused = t.rejects(putRejects(held, lease, [reject]), leaseLost)
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
  const late = write(held, lease, [{ id: record.id, expectedRev: 2, record: { ...record, nameKey: 'old' } }])
  const update = await sent
  const newer = await fence(straight, lease)
  const [part] = record.parts
  const parts = [{ ...part!, token: newer.token }]
  await write(straight, newer, [{ id: record.id, expectedRev: 1, record: { ...record, parts, nameKey: 'new' } }])
  update.release()
  t.same(await late, [record.id])
  t.match(await straight.clients.get('acme', record.id), { nameKey: 'new', rev: 2 })
})
