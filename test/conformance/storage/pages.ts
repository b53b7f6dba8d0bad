import type { Test } from 'tap'
import type { Lease } from '../../../plugins/storage/port.ts'
import {
  agreementOf,
  at,
  first,
  leased,
  lossItem,
  lossOf,
  newId,
  type Open,
  pageOf,
  put,
  recordOf,
  seenOf
} from './fixtures.ts'

export async function pageCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients, losses, seen } = store
  const progress = (step: number) => ({ currentRunId: `run_${step}`, passFailures: step })

  const wholePage = (lease: Lease, runId: string) => {
    const record = recordOf(lease, '1', { agreements: [agreementOf('7')] })
    return pageOf({
      losses: [lossOf(lease, '2')],
      clients: [{ id: record.id, expectedRev: 0, record }],
      settled: ['3'],
      seen: [seenOf('4', { leftOut: { rule: 'is-customer', words: 'Type is "Vendor"' } }), seenOf('contact:5')],
      unseen: ['1'],
      rejects: [{ key: '6', runId, externalId: '6', reason: 'has no name', payload: null, at: at() }],
      progress: progress(1)
    })
  }

  const everything = async (lease: Lease, runId: string) => ({
    clients: (await clients.list('acme', { connectionId: lease.connectionId }, first)).items,
    losses: await losses.list(lease.installationId, { states: ['staged', 'held'] }, null, 10),
    seen: (await seen.load(lease.installationId, ['1', '4', 'contact:5'])).sort((a, b) => (a.key < b.key ? -1 : 1)),
    rejects: (await store.rejects.list('acme', runId, first)).items,
    installation: await store.installations.get('acme', lease.installationId)
  })

  await t.test('a page puts all of it in place, and the position with it', async t => {
    const [lease, runId] = [await leased(store), newId('run')]
    await clients.write(lease, pageOf({ losses: [lossOf(lease, '3')], seen: [seenOf('1')] }))
    const page = wholePage(lease, runId)
    t.same(await clients.write(lease, page), { lost: [], conflicts: [] })
    const { installation, ...rest } = await everything(lease, runId)
    t.match(installation, progress(1))
    t.same(rest, {
      clients: [{ ...page.clients[0]!.record, rev: 1 }],
      losses: page.losses,
      seen: page.seen,
      rejects: page.rejects
    })
  })

  await t.test(
    'a page that is repeated because its answer was lost changes nothing but what it finds lost',
    async t => {
      const [lease, runId] = [await leased(store), newId('run')]
      const page = wholePage(lease, runId)
      await clients.write(lease, page)
      const before = await everything(lease, runId)
      const [write] = page.clients
      t.same(await clients.write(lease, page), { lost: [write!.id], conflicts: [] })
      t.same(await everything(lease, runId), before)
      const again = { ...page, clients: [{ ...write!, expectedRev: 1 }] }
      t.same(await clients.write(lease, again), { lost: [], conflicts: [] })
      t.match(await everything(lease, runId), { losses: before.losses, seen: before.seen, rejects: before.rejects })
    }
  )

  await t.test(
    'a client that was lost keeps the position, what was seen and its own loss row back, and nothing else',
    async t => {
      const lease = await leased(store)
      const [one, two] = [recordOf(lease, '1'), recordOf(lease, '2')]
      await put(store, lease, [one, two])
      const waiting = [lossOf(lease, '1'), lossOf(lease, '2')]
      await clients.write(lease, pageOf({ losses: waiting, progress: progress(1) }))
      const page = pageOf({
        clients: [
          { id: one.id, expectedRev: 7, record: { ...one, updatedAt: at(5) } },
          { id: two.id, expectedRev: 1, record: { ...two, updatedAt: at(5) } }
        ],
        settled: ['1', '2'],
        seen: [seenOf('9')],
        progress: progress(2)
      })
      t.same(await clients.write(lease, page), { lost: [one.id], conflicts: [] })
      t.match(await store.installations.get('acme', lease.installationId), progress(1))
      t.same(await losses.of(lease.installationId, ['1', '2']), [waiting[0]])
      t.equal((await clients.get('acme', two.id))?.updatedAt, at(5))
      t.same(await seen.load(lease.installationId, ['9']), [])
    }
  )

  await t.test('a loss row takes the place of an older one, and not of one with a newer token', async t => {
    const lease = await leased(store)
    const newer = lossOf(lease, '1', { token: lease.token + 1, items: [lossItem('phones')] })
    await clients.write(lease, pageOf({ losses: [lossOf(lease, '1')] }))
    await clients.write(lease, pageOf({ losses: [newer] }))
    await clients.write(lease, pageOf({ losses: [lossOf(lease, '1', { state: 'held' })] }))
    t.same(await losses.of(lease.installationId, ['1']), [newer])
  })

  await t.test('a page of a thousand of each is written', async t => {
    const [lease, runId] = [await leased(store), newId('run')]
    const ids = Array.from({ length: 1000 }, (_, i) => String(i))
    const page = pageOf({
      losses: ids.map(id => lossOf(lease, id)),
      clients: ids.map(id => {
        const record = recordOf(lease, id, { agreements: [agreementOf(id)] })
        return { id: record.id, expectedRev: 0, record }
      }),
      seen: ids.map(id => seenOf(`contact:${id}`)),
      rejects: ids.map(id => ({ key: id, runId, externalId: null, reason: 'broken', payload: null, at: at() }))
    })
    t.same(await clients.write(lease, page), { lost: [], conflicts: [] })
    t.same(await clients.counts(lease.installationId), { active: 1000, inactive: 0, gone: 0 })
    t.equal((await losses.of(lease.installationId, ids)).length, 1000)
    t.equal(
      (
        await seen.load(
          lease.installationId,
          ids.map(id => `contact:${id}`)
        )
      ).length,
      1000
    )
    t.same(await clients.write(lease, pageOf({ settled: ids, unseen: ids.map(id => `contact:${id}`) })), {
      lost: [],
      conflicts: []
    })
    t.same(await losses.of(lease.installationId, ids), [])
    t.same(
      await seen.load(
        lease.installationId,
        ids.map(id => `contact:${id}`)
      ),
      []
    )
  })
}
