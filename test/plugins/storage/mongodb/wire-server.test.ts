import { spawn } from 'node:child_process'
import { once } from 'node:events'
import t from 'tap'
import { openMongoStore } from '../../../../plugins/storage/mongodb/open.ts'
import { startWireServer } from '../../../../scripts/mongo-wire-server.ts'
import { needsServer, storageFolder, withClient } from './database.ts'

const script = new URL('../../../../scripts/mongo-wire-server.ts', import.meta.url).pathname

t.test('the script prints a URL that takes connections and ends with its server on SIGTERM', needsServer, async t => {
  const storage = await storageFolder(t)
  const options = ['--binary', process.env.MONGODB_TEST_SERVER!, '--storage', storage]
  const child = spawn(process.execPath, [script, ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  t.teardown(() => child.kill('SIGTERM'))
  const [line] = (await once(child.stdout, 'data')) as [Buffer]
  const url = line.toString().trim()
  t.match(await withClient(url, client => client.db().command({ ping: 1 })), { ok: 1 })
  child.kill('SIGTERM')
  t.same(await once(child, 'exit'), [0, null])
  await t.rejects(
    withClient(`${url}&serverSelectionTimeoutMS=500`, client => client.db().command({ ping: 1 })),
    { name: 'MongoServerSelectionError' }
  )
})

t.test('a server that does not come up is an error with what it said', async t => {
  const storage = await storageFolder(t)
  await t.rejects(startWireServer({ binary: '/bin/false', storage }), { message: /ended with code 1/ })
  await t.rejects(startWireServer({ binary: `${storage}/missing`, storage }), { message: /ENOENT/ })
})

t.test('credentials that the server refuses stop the start and are not repeated', needsServer, async t => {
  const server = await startWireServer({
    binary: process.env.MONGODB_TEST_SERVER!,
    storage: await storageFolder(t),
    more: ['--auth']
  })
  t.teardown(() => server.stop('SIGKILL'))
  const url = server.url.replace('//', '//me:hunter2fake@')
  const failure = await openMongoStore({ url }).catch((error: Error) => error)
  t.match(failure, { code: 'HOST_ERR_STORE_OPEN' })
  t.notMatch((failure as Error).message, /hunter2fake/)
})
