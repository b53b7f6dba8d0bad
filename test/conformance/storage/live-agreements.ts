import type { Test } from 'tap'
import type { ClientRecord, Lease } from '../../../plugins/storage/port.ts'
import { agreementOf, at, leased, type Open, pageOf, put, recordOf, write } from './fixtures.ts'

export async function liveAgreementCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients } = store
  const having = (lease: Lease, id: string, agreements: readonly string[], change: Partial<ClientRecord> = {}) =>
    recordOf(lease, id, { agreements: agreements.map(each => agreementOf(each)), ...change })
  const writeOf = (record: ClientRecord) => ({ id: record.id, expectedRev: record.rev, record })
  const gone = (id: string) => agreementOf(id, { status: 'gone', updatedAt: at(9) })

  await t.test('an agreement that is live at another client is refused, with who has it', async t => {
    const lease = await leased(store)
    const one = having(lease, '1', ['7', '8'])
    await put(store, lease, [one])
    const [two, three] = [having(lease, '2', ['6', '7', '8']), having(lease, '3', ['9'])]
    const page = pageOf({ clients: [writeOf(two), writeOf(three)], progress: { currentRunId: 'run_9' } })
    const { lost, conflicts } = await clients.write(lease, page)
    t.same(lost, [])
    t.ok(conflicts.length > 0)
    for (const conflict of conflicts) {
      t.match(conflict, { id: two.id, agreement: /^[78]$/, holder: one.id })
    }
    t.equal(await clients.get('acme', two.id), null)
    t.same(await clients.get('acme', three.id), { ...three, rev: 1 }, 'others are written')
    t.equal((await store.installations.get('acme', lease.installationId))?.currentRunId, null, 'progress is not kept')
    t.same(await put(store, lease, [having(lease, '2', ['6'])]), [], 'without it the client is written')
  })

  await t.test('a change that takes another client’s agreement is refused, and changes nothing', async t => {
    const lease = await leased(store)
    const [one, two] = [having(lease, '1', ['7']), having(lease, '2', ['8'])]
    await put(store, lease, [one, two])
    const greedy = having(lease, '2', ['7', '8'], { rev: 1, updatedAt: at(5) })
    t.match(await clients.write(lease, pageOf({ clients: [writeOf(greedy)] })), {
      lost: [],
      conflicts: [{ id: two.id, agreement: '7', holder: one.id }]
    })
    t.same(await clients.get('acme', two.id), { ...two, rev: 1 })
    t.match(await clients.write(lease, pageOf({ clients: [{ ...writeOf(greedy), expectedRev: 5 }] })), {
      lost: [two.id],
      conflicts: []
    })
  })

  await t.test(
    'an agreement that is gone at one client may be live at another, and comes back to no other',
    async t => {
      const lease = await leased(store)
      await put(store, lease, [having(lease, '1', ['7'])])
      await put(store, lease, [having(lease, '1', [], { rev: 1, agreements: [gone('7')] })])
      await put(store, lease, [having(lease, '2', ['7'])])
      const back = having(lease, '1', ['7'], { rev: 2 })
      t.match(await clients.write(lease, pageOf({ clients: [writeOf(back)] })), { conflicts: [{ agreement: '7' }] })
      await put(store, lease, [having(lease, '2', [], { rev: 1 })])
      t.same(await put(store, lease, [back]), [])
    }
  )

  await t.test('what a page frees may be taken in it, in whatever order', async t => {
    const lease = await leased(store)
    await put(store, lease, [having(lease, '1', ['7']), having(lease, '2', ['8']), having(lease, '3', ['9'])])
    const moved = [
      having(lease, '2', ['8', '7'], { rev: 1 }),
      having(lease, '1', [], { rev: 1, agreements: [gone('7')] }),
      having(lease, '4', ['9'])
    ]
    const page = pageOf({
      clients: [...moved.map(writeOf), { id: having(lease, '3', []).id, expectedRev: 1, record: null }],
      progress: { currentRunId: 'run_1' }
    })
    t.same(await clients.write(lease, page), { lost: [], conflicts: [] })
    t.equal((await store.installations.get('acme', lease.installationId))?.currentRunId, 'run_1')
    t.match(await clients.get('acme', moved[0]!.id), { agreements: [{ externalId: '8' }, { externalId: '7' }] })
  })

  await t.test('each connection has its own, and a client that is deleted has none', async t => {
    const [lease, other] = [await leased(store), await leased(store)]
    await put(store, lease, [having(lease, '1', ['7'])])
    t.same(await put(store, other, [having(other, '1', ['7'])]), [])
    await write(store, lease, [{ id: having(lease, '1', []).id, expectedRev: 1, record: null }])
    t.same(await put(store, lease, [having(lease, '2', ['7'])]), [])
  })

  await t.test('of many that take one agreement at once one gets it', async t => {
    const lease = await leased(store)
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) =>
        clients.write(lease, pageOf({ clients: [writeOf(having(lease, `${i}`, ['7']))] }))
      )
    )
    t.equal(results.filter(({ lost, conflicts }) => lost.length + conflicts.length === 0).length, 1)
    t.equal((await clients.counts(lease.installationId)).active, 1)
  })
}
