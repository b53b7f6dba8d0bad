import t, { type Test } from 'tap'
import type { PassPage, PollContext } from '../../../plugins/connector/contract.ts'
import { SourceUnavailable } from '../../../plugins/connector/failures.ts'
import type { ClientStore, Lease, PageWrite, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { openWorkbench, type Workbench } from './workbench.ts'

/** A store whose pages wait to be written until they are let through, as those of another thread or server do. */
async function openSlowStore() {
  const store = await openSqliteStore({ url: ':memory:' })
  const happened: string[] = []
  let arrived = Promise.withResolvers<void>()
  let gate = Promise.withResolvers<void>()
  const write = async (lease: Lease, page: PageWrite) => {
    const first = page.clients[0]?.record?.externalId ?? 'nobody'
    happened.push(`write ${first}`)
    arrived.resolve()
    await gate.promise
    const result = await store.clients.write(lease, page)
    happened.push(`written ${first}`)
    if (page.progress?.pass) happened.push(`position ${page.progress.pass.position.after}`)
    return result
  }
  const load: ClientStore['load'] = (connectionId, ids) => {
    happened.push(`load ${ids[0]}`)
    return store.clients.load(connectionId, ids)
  }
  const slow: Store = { ...store, clients: { ...store.clients, load, write } }
  return {
    store: slow,
    happened,
    /** A page has come to be written since the last one was let through. */
    comes: () => arrived.promise,
    letOne() {
      arrived = Promise.withResolvers()
      gate.resolve()
      gate = Promise.withResolvers()
    },
    failOne(error: Error) {
      arrived = Promise.withResolvers()
      gate.reject(error)
      gate = Promise.withResolvers()
    },
    letAll: () => gate.resolve()
  }
}

/** Turns of the event loop: all that does not wait for the gate has happened. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await new Promise(resolve => setImmediate(resolve))
}

async function open(t: Test, entries: number) {
  const slow = await openSlowStore()
  const bench = await openWorkbench(t, { store: slow.store })
  for (let id = 1; id <= entries; id++) bench.ledger.put(id)
  const asked: number[] = []
  bench.ledger.beforePage = page => void asked.push(page)
  const id = await bench.install('names')
  const dispatcher = bench.dispatcher()
  t.teardown(() => slow.letAll())
  return { ...slow, bench, id, dispatcher, asked }
}

/** The ledger's sync type with other pages in its pass. */
function replacePass(bench: Workbench, pass: () => AsyncGenerator<PassPage<unknown>>) {
  for (const syncType of bench.ledger.connector.syncTypes) Object.assign(syncType, { pass })
}

t.test('while a page is being written the next one is read and compared with the store, and none after it', async t => {
  const { dispatcher, asked, happened, comes, letOne, letAll, bench, id } = await open(t, 35)
  await dispatcher.tick()
  await comes()
  await settle()
  t.same(asked, [0, 1])
  t.same(happened, ['load 1', 'write 1', 'load 11'])
  letOne()
  await comes()
  await settle()
  t.same(asked, [0, 1, 2])
  letAll()
  t.match(await bench.ended(id), { status: 'succeeded', counts: { read: 35, created: 35 } })
})

t.test('a position is saved when its page is written, and before the next page is', async t => {
  const { dispatcher, happened, letAll, bench, id } = await open(t, 25)
  letAll()
  await dispatcher.tick()
  await bench.ended(id)
  const order = happened.filter(what => !what.startsWith('load'))
  t.same(order, [
    'write 1',
    'written 1',
    'position 10',
    'write 11',
    'written 11',
    'position 20',
    'write 21',
    'written 21',
    'position 25'
  ])
})

t.test('a page that cannot be written ends the run before the next one is written', async t => {
  const { dispatcher, happened, comes, letOne, failOne, bench, id, asked } = await open(t, 35)
  await dispatcher.tick()
  await comes()
  letOne()
  await comes()
  await settle()
  t.same(asked, [0, 1, 2], 'the page after the failing one has been read')
  failOne(new Error('no such page'))
  const run = await bench.ended(id)
  t.match(run, { status: 'failed', counts: { read: 10, created: 10 } })
  t.notOk(happened.includes('write 21'))
  t.match((await bench.installation(id)).pass, { position: { after: 10 } })
})

t.test('a read that fails while a page is being written leaves that page with its position', async t => {
  const { dispatcher, comes, letOne, bench, id } = await open(t, 35)
  bench.ledger.beforePage = page => {
    if (page === 1) throw new SourceUnavailable('away')
  }
  await dispatcher.tick()
  await comes()
  await settle()
  t.equal((await bench.installation(id)).lastRunId, null, 'the run waits for its page')
  letOne()
  t.match(await bench.ended(id), { status: 'failed', counts: { read: 10, created: 10 } })
  t.match((await bench.installation(id)).pass, { position: { after: 10 } })
  t.equal((await bench.names()).length, 10)
})

t.test('a run that is stopped while a page is being written ends with that page and writes no other', async t => {
  const { dispatcher, happened, comes, letOne, bench, id } = await open(t, 35)
  await dispatcher.tick()
  await comes()
  await settle()
  const closed = dispatcher.close()
  await settle()
  letOne()
  await closed
  t.match(await bench.ended(id), { status: 'interrupted', counts: { read: 10, created: 10 } })
  t.notOk(happened.includes('write 11'))
  t.match((await bench.installation(id)).pass, { position: { after: 10 } })
})

t.test('a run whose lease is lost while a page is being written writes nothing more', async t => {
  const { dispatcher, happened, comes, letOne, letAll, bench, id } = await open(t, 35)
  await dispatcher.tick()
  await comes()
  await settle()
  const { rev, currentRunId } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { fence: true, wanted: 'stopped' })
  letOne()
  letAll()
  while (dispatcher.running > 0) await settle()
  t.same(
    happened.filter(what => !what.startsWith('load')),
    ['write 1'],
    'the store has refused the one page, and got no other'
  )
  t.same(await bench.names(), [])
  t.match(await bench.store.runs.get(bench.tenant, currentRunId!), {
    status: 'interrupted',
    error: { code: 'HOST_ERR_LEASE_LOST' }
  })
})

t.test('a record that comes again in the next page is compared with what the page before made of it', async t => {
  const { dispatcher, comes, letOne, letAll, bench, id } = await open(t, 0)
  const at = new Date(bench.ledger.clock).toISOString()
  const named = (name: string) => ({
    company: { id: 1, name, status: 'Active', deleted: false, type: '1', at },
    children: [],
    unread: [],
    wantedTypes: ['1']
  })
  const page = (name: string): PassPage<unknown> => {
    const covers = { after: null, through: null }
    return { records: [named(name)], covers, position: { after: 0 }, seen: { companies: 1 } }
  }
  replacePass(bench, async function* () {
    yield page('A')
  })
  await dispatcher.tick()
  await comes()
  letOne()
  const first = await bench.ended(id)
  t.same(await bench.names(), ['A'])

  replacePass(bench, async function* () {
    yield page('B')
    yield page('A')
  })
  const { rev } = await bench.installation(id)
  await bench.store.installations.tryUpdate(bench.tenant, id, rev, { compareDueInMs: 0 })
  await dispatcher.tick()
  await comes()
  await settle()
  letOne()
  letAll()
  t.match(await bench.ended(id, first.id), { status: 'succeeded', counts: { read: 2, updated: 2 } })
  t.same(await bench.names(), ['A'])
})

t.test('what a connector asks the store for in a poll holds the page before', async t => {
  const { comes, letOne, letAll, bench, id } = await open(t, 3)
  const first = bench.run(id)
  await comes()
  letOne()
  await first
  const found: unknown[] = []
  for (const syncType of bench.ledger.connector.syncTypes) {
    const { poll } = syncType
    Object.assign(syncType, {
      async *poll(context: PollContext) {
        yield* poll(context)
        found.push([...(await context.known(['2'])).values()])
        yield { records: [] }
      }
    })
  }
  bench.ledger.put(2, { name: 'Renamed' })
  const { at } = bench.ledger.companies.get(2)!
  const second = bench.run(id)
  await comes()
  await settle()
  t.same(found, [], 'the page is not there yet')
  letAll()
  await second
  t.same(found, [[{ stamps: { company: at }, takes: true }]])
})

t.test('a page that is heavy is written before the next one is read', async t => {
  const { dispatcher, asked, comes, letOne, letAll, bench, id } = await open(t, 30)
  for (let one = 1; one <= 10; one++) bench.ledger.put(one, { name: `${one} ${'x'.repeat(1024 * 1024)}` })
  await dispatcher.tick()
  await comes()
  await settle()
  t.same(asked, [0])
  letOne()
  await comes()
  await settle()
  t.same(asked, [0, 1, 2])
  letAll()
  t.match(await bench.ended(id), { status: 'succeeded', counts: { created: 30 } })
})
