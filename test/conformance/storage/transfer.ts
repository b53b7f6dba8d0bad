import type { Test } from 'tap'
import type { Store, TransferItem, Transferred, TransferSection } from '../../../plugins/storage/port.ts'
import { entryOf } from './activity.ts'
import {
  agreementOf,
  all,
  at,
  byBytes,
  connectionOf,
  first,
  leased,
  lossItem,
  lossOf,
  type Open,
  pageOf,
  partOf,
  profileOf,
  put,
  putLosses,
  putRejects,
  putSeen,
  recordOf,
  runOf,
  seenOf,
  write
} from './fixtures.ts'
import { renaming } from './history-fixtures.ts'
import { webhookOf } from './webhooks.ts'

export const sections: readonly TransferSection[] = [
  'connections',
  'installations',
  'runs',
  'rejects',
  'clients',
  'losses',
  'history',
  'seen',
  'webhooks',
  'anchors',
  'activity',
  'meta'
]

/** Everything of a section, read so many at a time. */
export async function readAll<S extends TransferSection>(store: Store, section: S, limit = 500) {
  const items: TransferItem<S>[] = []
  for (;;) {
    const batch = await store.transfer.read(section, items.at(-1)?.key ?? null, limit)
    if (batch.length === 0) return items
    items.push(...batch)
  }
}

/** Two tenants with something in every section; 25 clients, some with agreements, one gone. */
export async function fill(store: Store) {
  const connection = connectionOf()
  const other = connectionOf({ tenant: 'globex' })
  for (const each of [connection, other]) await store.connections.tryInsert(each)
  const lease = await leased(store, { connectionId: connection.id })
  const foreign = await leased(store, { connectionId: other.id, tenant: 'globex' })
  const run = runOf(lease)
  await store.runs.insert(run)
  await store.runs.trySave({ ...run, status: 'succeeded', endedAt: at(9), leftOutBy: { 'has-agreement': 2 } })
  await store.runs.insert(runOf(foreign))
  await store.leases.commit(lease, { currentRunId: run.id })
  const reject = { runId: run.id, externalId: null, reason: 'no name', payload: '{"id":7}', at: at() }
  await putRejects(
    store,
    lease,
    ['b', 'a', '😀', '\uff5e'].map(key => ({ ...reject, key }))
  )
  await put(
    store,
    lease,
    Array.from({ length: 25 }, (_, i) =>
      recordOf(lease, String(i), {
        profile: profileOf(`Müller ${i} Søn`),
        status: i === 24 ? 'gone' : 'active',
        ...(i === 7 && {
          parts: [partOf(lease, { changesOn: '2026-12-01', open: ['emails'], kept: { phones: 'd1' } })]
        }),
        updatedAt: at(i),
        agreements: i % 2 ? [agreementOf(`a${i}`), agreementOf(`b${i}`, { status: 'expired' })] : []
      })
    )
  )
  await put(store, foreign, [recordOf(foreign, '1')])
  const [told] = await store.clients.load(lease.connectionId, ['5'])
  await write(store, lease, [renaming(lease, told!, 'Renamed')])
  await putLosses(
    store,
    lease,
    ['10', '9', 'ä', '😀'].map(id => lossOf(lease, id, { state: 'held', items: [lossItem('costs')] }))
  )
  await putSeen(store, lease, [seenOf('b', { setAside: 'has no name' }), seenOf('a'), seenOf('😀')])
  await store.webhooks.tryInsert(webhookOf('acme', { id: 'whk_1', createdAt: at() }), 5)
  for (const tenant of ['acme', 'acme-b', 'globex'])
    for (let seq = 1; seq <= 11; seq++) await store.activity.tryAppend(entryOf(tenant, seq))
  await store.activity.prune('acme', { seq: 2, mac: 'mac-2', keyId: 'key', anchorMac: 'anchor' })
  await store.meta.putIfAbsent('key-check:k1', 'AAAA')
  return { connection, lease, foreign, run }
}

export async function transferCases(t: Test, open: Open): Promise<void> {
  await t.test('every section is read whole, in key order, whatever the batch', async t => {
    const { store } = await open(t)
    await fill(store)
    const more = { webhooks: 1, anchors: 1, activity: 31 }
    const expected = {
      connections: 2,
      installations: 2,
      runs: 2,
      rejects: 4,
      clients: 26,
      losses: 4,
      history: 1,
      seen: 3,
      ...more,
      meta: 1
    }
    for (const section of sections) {
      const items = await readAll(store, section)
      t.equal(items.length, expected[section], section)
      t.equal(await store.transfer.count(section), expected[section], section)
      t.same(await readAll(store, section, 3), items, `${section}, three at a time`)
      t.same(await readAll(store, section, 1), items, `${section}, one at a time`)
    }
    const ids = (await readAll(store, 'clients')).map(({ key }) => key)
    t.same(ids, [...ids].sort(byBytes))
    const keys = (await readAll(store, 'rejects')).map(({ document }) => document.key)
    t.same(keys, ['a', 'b', '\uff5e', '😀'])
  })

  await t.test('documents have the shapes of the port', async t => {
    const { store } = await open(t)
    const { connection, lease, run } = await fill(store)
    const of = async <S extends TransferSection>(section: S, is: (document: Transferred[S]) => boolean) =>
      (await readAll(store, section)).map(({ document }) => document).find(is)
    t.same(await of('connections', ({ id }) => id === connection.id), { ...connection, rev: 1 })
    t.same(
      await of('installations', ({ id }) => id === lease.installationId),
      await store.installations.get('acme', lease.installationId)
    )
    t.same(await of('runs', ({ id }) => id === run.id), await store.runs.get('acme', run.id))
    t.same(await of('rejects', ({ key }) => key === 'a'), {
      ...{ tenant: 'acme', installationId: lease.installationId, key: 'a', runId: run.id },
      ...{ externalId: null, reason: 'no name', payload: '{"id":7}', at: at() }
    })
    const [client] = await store.clients.load(connection.id, ['3'])
    t.same(await of('clients', ({ id }) => id === client?.id), client)
    const [loss] = await store.losses.of(lease.installationId, ['ä'])
    t.same(await of('losses', ({ externalId }) => externalId === 'ä'), { tenant: 'acme', ...loss })
    t.same(await of('seen', ({ key }) => key === 'b'), {
      ...{ tenant: 'acme', installationId: lease.installationId },
      ...seenOf('b', { setAside: 'has no name' })
    })
    t.same(await of('meta', () => true), { key: 'key-check:k1', value: 'AAAA' })
  })

  await t.test('what is written is as it was read, and writing it again changes nothing', async t => {
    const [{ store: source }, { store: target }] = [await open(t), await open(t)]
    const { lease, run } = await fill(source)
    for (let time = 1; time <= 2; time++) {
      for (const section of sections) {
        const items = await readAll(source, section)
        await target.transfer.write(section, items)
        t.same(await readAll(target, section), items, `${section}, time ${time}`)
      }
    }
    await target.transfer.write('clients', [])
    await sameAnswers(t, source, target, lease.installationId, run.id)
  })

  await t.test('what was written is found, counted and claimed as if it had been made there', async t => {
    const [{ store: source }, { store: target }] = [await open(t), await open(t)]
    const { lease } = await fill(source)
    for (const section of sections) {
      for (const { key, document } of await readAll(source, section)) {
        const free = section === 'installations' ? { leaseOwner: null, leaseUntil: null, token: 7 } : {}
        await target.transfer.write(section, [{ key, document: { ...document, ...free } }])
      }
    }
    const claims = await target.leases.claimDue('owner', 10, 60_000)
    t.equal(claims.length, 2)
    t.ok(claims.every(claim => claim.lease.token === 8 && !claim.takenOver))
    const claimed = claims.find(claim => claim.lease.installationId === lease.installationId)!.lease
    const [record] = await target.clients.load(lease.connectionId, ['3'])
    const renamed = { ...record!, profile: profileOf('Nowhere'), nameKey: 'nowhere', parts: [partOf(claimed)] }
    t.same(await write(target, claimed, [{ id: record!.id, expectedRev: 1, record: renamed }]), [])
    const found = await target.clients.list('acme', { search: 'nowhere' }, first)
    t.same(
      found.items.map(({ id, rev }) => [id, rev]),
      [[record!.id, 2]]
    )
    const taken = { id: 'cli_taker', externalId: 'x', agreements: [agreementOf('a5')] }
    const { conflicts } = await target.clients.write(
      claimed,
      pageOf({ clients: [{ id: taken.id, expectedRev: 0, record: recordOf(claimed, 'x', taken) }] })
    )
    t.match(conflicts, [{ agreement: 'a5' }], 'what is live is live there')
    t.same(await target.clients.changingBy(lease.installationId, '2027-01-01', 9), ['7'])
    await target.losses.mark(claimed, ['9'], 'passed')
    t.same(
      (await target.losses.listHeld('acme', lease.installationId, 'costs', first)).items.map(row => row.externalId),
      ['10', 'ä', '😀']
    )
    t.equal(await target.seen.prune(claimed, 0), 2)
    await target.installations.remove('acme', lease.installationId)
    for (const section of ['rejects', 'losses', 'seen'] as const) t.equal(await target.transfer.count(section), 0)
  })

  await t.test('a newer document stays', async t => {
    const { store } = await open(t)
    const { connection, lease, run } = await fill(store)
    const before = new Map<TransferSection, TransferItem<TransferSection>[]>()
    for (const section of sections) before.set(section, await readAll(store, section))
    await store.connections.tryUpdate('acme', connection.id, 1, { display: { username: 'other' } })
    await store.installations.tryUpdate('acme', lease.installationId, 1, { fence: true })
    await store.runs.trySave({ ...run, status: 'failed', token: 2 })
    const [record] = await store.clients.load(connection.id, ['3'])
    const claimed = { ...lease, token: 2 }
    await write(store, claimed, [{ id: record!.id, expectedRev: 1, record: { ...record!, nameKey: 'changed' } }])
    await store.losses.mark(claimed, ['9'], 'passed')
    const after = new Map<TransferSection, TransferItem<TransferSection>[]>()
    for (const section of sections) after.set(section, await readAll(store, section))
    for (const section of ['connections', 'installations', 'runs', 'clients', 'losses'] as const) {
      t.notSame(after.get(section), before.get(section), `${section} has changed`)
      await store.transfer.write(section, before.get(section)!)
      t.same(await readAll(store, section), after.get(section), section)
    }
    t.equal((await store.clients.list('acme', { search: 'changed' }, first)).items.length, 1)
  })

  await t.test('facts about the transfer itself are written, and neither read nor counted', async t => {
    const { store } = await open(t)
    for (const value of ['one', 'two']) {
      await store.transfer.write('meta', [{ key: 'migration:at', document: { key: 'migration:at', value } }])
      t.equal(await store.meta.get('migration:at'), value)
    }
    await store.meta.putIfAbsent('migrations', 'x')
    t.equal(await store.transfer.count('meta'), 1)
    t.same(
      (await readAll(store, 'meta')).map(({ key }) => key),
      ['migrations']
    )
  })

  await t.test('a batch of large documents is cut, and a document larger than a batch comes alone', async t => {
    const [{ store }, { store: target }] = [await open(t), await open(t)]
    const lease = await leased(store)
    const large = (id: string, bytes: number) =>
      recordOf(lease, id, { agreements: [agreementOf(id, { contractName: 'x'.repeat(bytes) })] })
    const mebi = 1024 * 1024
    await put(store, lease, [large('1', mebi), large('2', 10 * mebi), large('3', mebi), large('4', mebi)])
    const batches: number[] = []
    for (let after: string | null = null; ; ) {
      const items: TransferItem<'clients'>[] = await store.transfer.read('clients', after, 500)
      if (items.length === 0) break
      batches.push(items.length)
      await target.transfer.write('clients', items)
      after = items.at(-1)!.key
    }
    t.same(batches, [1, 1, 2])
    t.same(await target.clients.load(lease.connectionId, ['2']), await store.clients.load(lease.connectionId, ['2']))
  })

  await t.test('leases that have not expired are counted', async t => {
    const { store } = await open(t)
    t.equal(await store.transfer.countLeased(), 0)
    const lease = await leased(store)
    t.equal(await store.transfer.countLeased(), 1)
    await store.leases.tryRenew(lease, -1)
    t.equal(await store.transfer.countLeased(), 0)
    await store.leases.tryRenew(lease, 60_000)
    t.equal(await store.transfer.countLeased(), 1)
    await store.leases.tryRelease(lease, { dueInMs: 0, failures: 0 })
    t.equal(await store.transfer.countLeased(), 0)
  })
}

/** That both stores answer the same about what `fill` has put there, but for leases. */
export async function sameAnswers(t: Test, one: Store, two: Store, installationId: string, runId: string) {
  const answers = async (store: Store) => ({
    connections: [await all(10, page => store.connections.list('acme', page)), await store.connections.keysInUse()],
    runs: await store.runs.list('acme', installationId, first),
    rejects: await store.rejects.list('acme', runId, first),
    clients: await all(7, page => store.clients.list('acme', {}, page)),
    gone: (await store.clients.list('acme', { status: 'gone' }, first)).items,
    found: (await store.clients.list('acme', { search: 'søn 1' }, first)).items,
    foreign: (await store.clients.list('globex', {}, first)).items,
    counts: await store.clients.counts(installationId),
    active: await store.clients.activeInRange(installationId, null, null, 100),
    agreements: await all(5, page => store.clients.listAgreements('acme', { status: 'expired' }, page)),
    losses: await all(3, page => store.losses.listHeld('acme', installationId, null, page)),
    seen: (await store.seen.load(installationId, ['a', 'b', '😀'])).sort((a, b) => (a.key < b.key ? -1 : 1)),
    changing: await store.clients.changingBy(installationId, '2027-01-01', 10),
    newest: await all(7, page => store.clients.list('acme', { order: '-changed' }, page)),
    key: await store.meta.get('key-check:k1')
  })
  const [first_, second] = [await answers(one), await answers(two)]
  t.ok(first_.clients.length > 0 && first_.found.length > 0 && first_.agreements.length > 0)
  t.same(second, first_)
}
