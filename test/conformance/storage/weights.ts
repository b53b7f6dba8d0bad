import type { Test } from 'tap'
import { PAGE_BYTES } from '../../../plugins/storage/page-weight.ts'
import type { ClientRecord, Lease, Listing, PageRequest } from '../../../plugins/storage/port.ts'
import {
  agreementOf,
  all,
  allBackwards,
  at,
  leased,
  lossItem,
  lossOf,
  newId,
  type Open,
  partOf,
  profileOf,
  put,
  putLosses,
  putRejects,
  recordOf,
  runOf,
  write
} from './fixtures.ts'
import { renaming } from './history-fixtures.ts'

/** So large that a page has three of them. */
const PART = Math.floor(PAGE_BYTES / 3.5)
const text = 'x'.repeat(PART)
const IDS = ['0', '1', '2', '3', '4', '5', '6']
const most = { limit: 500, cursor: null }

/** A client with agreements of this size. */
function large(lease: Lease, externalId: string, change: Partial<ClientRecord> = {}): ClientRecord {
  return recordOf(lease, externalId, {
    agreements: [
      agreementOf(`a${externalId}`, { contractName: text }),
      agreementOf(`b${externalId}`, { status: 'expired' })
    ],
    ...change
  })
}

const externalIds = (items: readonly { externalId: string }[]) => items.map(({ externalId }) => externalId)

export async function weightCases(t: Test, open: Open): Promise<void> {
  const { store } = await open(t)
  const { clients, history, losses, rejects, runs } = store

  /** Every page but the last is as full as it may be, none is empty, and nothing is left out or told twice. */
  async function pagesOf<T>(t: Test, list: (page: PageRequest) => Promise<Listing<T>>): Promise<T[]> {
    const found: T[] = []
    const sizes: number[] = []
    for (let cursor: string | null = null; ; ) {
      const page: Listing<T> = await list({ limit: 500, cursor })
      found.push(...page.items)
      sizes.push(page.items.length)
      cursor = page.nextCursor
      if (cursor === null) break
    }
    t.same(sizes, [3, 3, 1])
    return found
  }

  await t.test('a page of large clients ends early, in every order and from either end', async t => {
    const tenant = newId('tenant')
    const one = await leased(store, { tenant })
    const other = await leased(store, { tenant })
    for (const id of IDS) {
      const lease = Number(id) % 2 ? one : other
      await put(store, lease, [large(lease, id, { profile: profileOf(`Client ${id}`), updatedAt: at(Number(id)) })])
    }
    for (const order of ['name', '-name', 'changed', '-changed'] as const) {
      const expected = order.startsWith('-') ? IDS.toReversed() : IDS
      t.same(externalIds(await pagesOf(t, page => clients.list(tenant, { order }, page))), expected, order)
      const back = await allBackwards(500, page => clients.list(tenant, { order }, page))
      t.same(externalIds(back), expected, `${order}, backwards`)
    }
    t.equal((await pagesOf(t, page => clients.list(tenant, { order: 'id' }, page))).length, IDS.length)
    const searched = await pagesOf(t, page => clients.list(tenant, { search: 'client' }, page))
    t.same(externalIds(searched), IDS, 'searched for')
    t.same(searched[0]!.agreements[0]!.contractName, text, 'whole')
  })

  await t.test('agreements of large clients come a few at a time, and one that is alone too large comes', async t => {
    const tenant = newId('tenant')
    const lease = await leased(store, { tenant })
    for (const id of IDS) await put(store, lease, [large(lease, id)])
    const active = await pagesOf(t, page => clients.listAgreements(tenant, { status: 'active' }, page))
    t.same(
      externalIds(active),
      IDS.map(id => `a${id}`)
    )
    const every = IDS.flatMap(id => [`a${id}`, `b${id}`])
    for (const limit of [500, 3, 2, 1])
      t.same(
        externalIds(await all(limit, page => clients.listAgreements(tenant, {}, page))),
        every,
        `${limit} at a time`
      )

    const huge = large(lease, '7', {
      agreements: ['a7', 'b7', 'c7'].map(id => agreementOf(id, { contractName: 'y'.repeat(PAGE_BYTES / 2) }))
    })
    await put(store, lease, [huge, large(lease, '8')])
    const sizes: number[] = []
    for (let cursor: string | null = null; ; ) {
      const page: Listing<ClientRecord> = await clients.list(tenant, { order: 'name' }, { limit: 500, cursor })
      t.ok(page.items.length > 0)
      sizes.push(page.items.length)
      cursor = page.nextCursor
      if (cursor === null) break
    }
    t.same(sizes, [3, 3, 1, 1, 1], 'the large one by itself')
    t.same(externalIds(await all(2, page => clients.listAgreements(tenant, {}, page))), [
      ...every,
      ...['a7', 'b7', 'c7'],
      ...['a8', 'b8']
    ])
  })

  await t.test('what a run reads of an installation comes a few at a time, until there are no more', async t => {
    const lease = await leased(store)
    const second = await leased(store, { connectionId: lease.connectionId, syncType: 'others' })
    // Two combinations of parts, whose clients alternate.
    for (const id of IDS) {
      const parts = Number(id) % 2 ? [partOf(lease), partOf(second)] : [partOf(lease)]
      await put(store, lease, [large(lease, id, { parts })])
    }
    const active: string[] = []
    for (let after: string | null = null; ; ) {
      const found = await clients.activeRecords(lease.installationId, after, 500)
      if (found.length === 0) break
      t.ok(found.length <= 3)
      active.push(...externalIds(found))
      after = found.at(-1)!.sortKey
    }
    t.same(active, IDS)

    const erased: string[] = []
    for (;;) {
      const found = await clients.listOfInstallation(lease.installationId, 500)
      if (found.length === 0) break
      t.ok(found.length <= 3)
      erased.push(...externalIds(found))
      await write(
        store,
        lease,
        found.map(({ id, rev }) => ({ id, expectedRev: rev, record: null }))
      )
    }
    t.same(erased.sort(), IDS)
  })

  await t.test('large losses come a few at a time, of one state and of several', async t => {
    const lease = await leased(store)
    const rows = IDS.map(id =>
      lossOf(lease, id, { state: Number(id) % 2 ? 'staged' : 'held', items: [lossItem('emails', { was: text })] })
    )
    for (const row of rows) await putLosses(store, lease, [row])
    const walk = async (states: ('staged' | 'held')[]) => {
      const found: string[] = []
      for (let after: string | null = null; ; ) {
        const some = await losses.list(lease.installationId, { states, by: 'pass_1' }, after, 500)
        if (some.length === 0) return found
        t.ok(some.length <= 3)
        found.push(...externalIds(some))
        after = some.at(-1)!.externalId
      }
    }
    t.same(await walk(['staged', 'held']), IDS)
    t.same(await walk(['held']), ['0', '2', '4', '6'])
    for (const row of rows) await putLosses(store, lease, [{ ...row, state: 'held' }])
    const held = await pagesOf(t, page => losses.listHeld('acme', lease.installationId, null, page))
    t.same(externalIds(held), IDS)
    t.equal((await losses.listHeld('acme', lease.installationId, 'emails', most)).items.length, 3)
  })

  await t.test('large receipts and what was set aside come a few at a time', async t => {
    const tenant = newId('tenant')
    const lease = await leased(store, { tenant })
    const runsOf = IDS.map(() => runOf(lease, { notes: [text] }))
    for (const run of runsOf) await runs.insert(run)
    const ids = runsOf.map(({ id }) => id).toReversed()
    const idsIn = (items: readonly { id: string }[]) => items.map(({ id }) => id)
    t.same(idsIn(await pagesOf(t, page => runs.list(tenant, lease.installationId, page))), ids)
    t.same(idsIn(await pagesOf(t, page => runs.listAll(tenant, {}, page))), ids)
    t.same(idsIn(await allBackwards(500, page => runs.listAll(tenant, {}, page))), ids, 'backwards')
    const runId = ids[0]!
    for (const key of IDS)
      await putRejects(store, lease, [{ key, runId, externalId: null, reason: 'broken', payload: text, at: at() }])
    const keys = (await pagesOf(t, page => rejects.list(tenant, runId, page))).map(({ key }) => key)
    t.same(keys, IDS)
  })

  await t.test('what a run changed of large clients is given a few clients at a time', async t => {
    const lease = await leased(store)
    const runId = newId('run')
    for (const id of IDS) {
      await put(store, lease, [large(lease, id)])
      const [stored] = await clients.load(lease.connectionId, [id])
      await write(store, lease, [renaming(lease, stored!, `Renamed ${id}`, { runId })])
    }
    const found: string[] = []
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof history.ofRun>> = await history.ofRun(
        'acme',
        lease.installationId,
        runId,
        after,
        200
      )
      t.ok(page.entries.length <= 3)
      found.push(...externalIds(page.entries))
      after = page.next
      if (after === null) break
    }
    t.same(found, IDS)
  })

  await t.test('large changes of a client come a few at a time, and so do those of a run', async t => {
    const tenant = newId('tenant')
    const lease = await leased(store, { tenant })
    const changes = [{ field: 'name', before: '', after: text }]
    const runId = newId('run')
    for (const id of IDS) {
      await put(store, lease, [recordOf(lease, id)])
      const [stored] = await clients.load(lease.connectionId, [id])
      const { entry, ...renamed } = renaming(lease, stored!, `Renamed ${id}`, { runId })
      await write(store, lease, [{ ...renamed, entry: { ...entry!, changes } }])
    }
    const ofRun: string[][] = []
    for (let after: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof history.ofRun>> = await history.ofRun(
        tenant,
        lease.installationId,
        runId,
        after,
        200
      )
      ofRun.push(externalIds(page.entries))
      after = page.next
      if (after === null) break
    }
    t.same(ofRun, [IDS.slice(0, 3), IDS.slice(3, 6), IDS.slice(6)])

    const [{ id }] = (await clients.load(lease.connectionId, ['0'])) as [ClientRecord]
    for (const turn of IDS.slice(1)) {
      const [stored] = await clients.load(lease.connectionId, ['0'])
      const { entry, ...renamed } = renaming(lease, stored!, `Again ${turn}`)
      await write(store, lease, [{ ...renamed, entry: { ...entry!, changes } }])
    }
    const ids = (await pagesOf(t, page => history.list(tenant, id, page))).map(entry => entry.id)
    t.same(ids, [...new Set(ids)].sort().toReversed(), 'newest first, each once')
  })
}
