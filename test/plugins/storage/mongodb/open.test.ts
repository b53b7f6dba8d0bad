import t from 'tap'
import { migrations } from '../../../../plugins/storage/mongodb/migrations.ts'
import { openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'
import { closedPort } from '../../../closed-port.ts'
import { installationOf } from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsServer, needsStore, openStore, startServer, storageFolder, withClient } from './database.ts'

t.test('a URL that cannot be read stops the start without repeating its password', async t => {
  for (const url of ['mongodb://me:hunter2fake@', 'mongodb://me:hunter2fake@host/?authMechanism=nonsense']) {
    const failure = await openMongoStore({ url }).catch((error: Error & { code: string }) => error)
    t.match(failure, { code: 'HOST_ERR_STORE_OPEN' })
    t.notMatch(JSON.stringify([(failure as Error).message, (failure as Error).cause]), /hunter2fake/)
  }
})

t.test('waiting for a store ends with the reason of its signal', async t => {
  const url = `mongodb://me:hunter2fake@127.0.0.1:${await closedPort()}/?directConnection=true`
  const stop = new AbortController()
  const lines: string[] = []
  const warn = (line: string) => {
    lines.push(line)
    stop.abort(new Error('the host is stopping'))
  }
  const opening = openMongoStore({ url, signal: stop.signal, log: { warn } })
  await t.rejects(opening, { message: 'the host is stopping' })
  t.match(lines, [/^The store at 127\.0\.0\.1:\d+ does not answer; waiting for it/])
  t.notMatch(lines.join(), /hunter2fake/)
})

t.test('a store that is away at the start is waited for and then opened', needsServer, async t => {
  const port = await closedPort()
  const waiting: string[] = []
  const url = `mongodb://127.0.0.1:${port}/away?directConnection=true`
  const storage = await storageFolder(t)
  let first = () => {}
  const waited = new Promise<void>(resolve => {
    first = resolve
  })
  const opening = openMongoStore({
    url,
    onWaiting: line => {
      waiting.push(line)
      first()
    }
  })
  await waited
  await startServer(t, storage, port)
  const store = await opening
  t.teardown(() => store.close())
  await store.ping()
  t.match(waiting[0], `127.0.0.1:${port}`)
})

t.test('a server that is no replica set is refused with what to do', needsServer, async t => {
  const port = await closedPort()
  const { startWireServer } = await import('../../../../scripts/mongo-wire-server.ts')
  const server = await startWireServer({
    binary: process.env.MONGODB_TEST_SERVER!,
    storage: await storageFolder(t),
    port,
    more: ['--standalone']
  })
  t.teardown(() => server.stop('SIGKILL'))
  await t.rejects(openMongoStore({ url: server.url }), { code: 'HOST_ERR_STORE_OPEN', message: /rs\.initiate/ })
})

t.test('three hosts that start at once on an empty database share one schema', needsStore, async t => {
  const url = freshUrl(t)
  const stores = await Promise.all([1, 2, 3].map(() => openStore(t, { url })))
  await Promise.all(stores.map(store => store.installations.tryInsert(installationOf({ connectionId: 'same' }))))
  const { items } = await stores[0]!.installations.list('acme', {}, { limit: 10, cursor: null })
  t.equal(items.length, 1, 'the unique index holds')
  await withClient(url, async client => {
    const schema = await client.db().collection('schema').find().sort({ _id: 1 }).toArray()
    t.match(schema, [{ _id: 'cursor-key' }, { _id: 'version', version: migrations.length }])
    t.equal(schema.length, 2, 'the lock is gone')
  })
})

t.test('a lock that a killed host left is taken over when it has expired', needsStore, async t => {
  const url = freshUrl(t)
  await withClient(url, client =>
    client
      .db()
      .collection('schema')
      .insertOne({ _id: 'lock' as any, owner: 'dead', until: new Date(Date.now() + 1500) })
  )
  const store = await openStore(t, { url })
  await store.ping()
  await withClient(url, async client => {
    t.same(await client.db().collection('schema').distinct('_id', {}), ['cursor-key', 'version'])
  })
})

t.test('a newer schema is refused and left as it is', needsStore, async t => {
  const url = freshUrl(t)
  await withClient(url, client =>
    client
      .db()
      .collection('schema')
      .insertOne({ _id: 'version' as any, version: 99 })
  )
  await t.rejects(openMongoStore({ url }), { code: 'HOST_ERR_SCHEMA_NEWER', message: /schema 99/ })
  await withClient(url, async client => {
    t.equal((await client.db().listCollections().toArray()).length, 1)
  })
})

t.test('indexes and validators that were lost are made again at the next start', needsStore, async t => {
  const url = freshUrl(t)
  await (await openMongoStore({ url })).close()
  await withClient(url, async client => {
    await client.db().collection('clients').dropIndex('by-external-id')
    await client.db().command({ collMod: 'clients', validator: {} })
  })
  await (await openMongoStore({ url })).close()
  await withClient(url, async client => {
    const clients = client.db().collection('clients')
    t.ok((await clients.indexes()).some(index => index.name === 'by-external-id' && index.unique))
    await t.rejects(clients.insertOne({ nameKey: 7 }), { code: 121 }, 'the validator refuses what is no client')
  })
})

t.test('an index that contradicts ours stops the start and is named', needsStore, async t => {
  const url = freshUrl(t)
  await withClient(url, client => client.db().collection('runs').createIndex({ startedAt: 1 }, { name: 'by-end' }))
  await t.rejects(openMongoStore({ url }), { code: 'HOST_ERR_STORE_OPEN', message: /"runs".*by-end/s })
})

t.test('a store may be closed twice and then says that it is closed', needsStore, async t => {
  const store = await openMongoStore({ url: freshUrl(t) })
  await store.close()
  await store.close()
  await t.rejects(store.ping(), { code: 'HOST_ERR_STORE_UNAVAILABLE', cause: { message: 'The store is closed' } })
})
