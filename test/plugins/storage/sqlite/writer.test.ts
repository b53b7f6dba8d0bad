import { spawnSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Worker } from 'node:worker_threads'
import t, { type Test } from 'tap'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { leased, newId, put, recordOf, runOf, write } from '../../../conformance/storage/fixtures.ts'

const unavailable = { code: 'HOST_ERR_STORE_UNAVAILABLE', statusCode: 503 }

async function open(t: Test) {
  const path = join(t.testdir(), 'store.db')
  const threads: Worker[] = []
  const keep = (thread: Worker) => threads.push(thread)
  process.on('worker', keep)
  t.teardown(() => process.off('worker', keep))
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  return { path, store, threads }
}

t.test(
  'a thread that dies in mid-write fails what it owes, leaves nothing by half, and is followed by another',
  async t => {
    const { path, store, threads } = await open(t)
    const lease = await leased(store)
    const records = Array.from({ length: 500 }, (_, i) => recordOf(lease, String(i)))
    const other = new DatabaseSync(path)
    other.exec('BEGIN IMMEDIATE')
    const owed = [put(store, lease, records), store.ping(), store.leases.tryRenew(lease, 60_000)]
    const failed = Promise.all(owed.map(call => t.rejects(call as Promise<any>, unavailable)))
    const dead = threads[0]!.terminate()
    other.exec('ROLLBACK')
    other.close()
    await Promise.all([failed, dead])
    t.same(await store.clients.load(lease.connectionId, ['0', '499']), [])

    await store.ping()
    t.equal(threads.length, 2)
    t.same(await put(store, lease, records), [], 'the lock went with the thread that held it')
    t.equal((await store.clients.load(lease.connectionId, ['0', '499'])).length, 2)
  }
)

t.test('clients that change their parts while they are listed are never passed over', async t => {
  const { store } = await open(t)
  const lease = await leased(store)
  const [part] = recordOf(lease, '').parts
  const others = { ...part!, installationId: newId('ins') }
  const records = Array.from({ length: 400 }, (_, i) => recordOf(lease, String(i)))
  await put(store, lease, records)
  for (let rev = 1; rev <= 60; rev++) {
    const parts = rev % 2 ? [others, part!] : [part!]
    const writes = records.map(record => ({ id: record.id, expectedRev: rev, record: { ...record, parts } }))
    let written = false
    const writing = write(store, lease, writes).then(lost => {
      written = true
      return lost
    })
    while (!written) {
      const listed = await store.clients.listOfInstallation(lease.installationId, 500)
      const active = await store.clients.activeInRange(lease.installationId, null, null, 500)
      if (listed.length !== 400 || active.length !== 400) t.fail(`${listed.length} listed, ${active.length} active`)
      await new Promise(setImmediate)
    }
    t.same(await writing, [])
  }
})

t.test('errors come over as they are thrown', async t => {
  const { store } = await open(t)
  const lease = await leased(store)
  await t.rejects(put(store, { ...lease, token: 7 }, [recordOf(lease, '1')]), {
    code: 'HOST_ERR_LEASE_LOST',
    message: 'Another run has taken over this installation (token 7 is no longer the newest).'
  })
  await t.rejects(
    store.runs.insert({ ...runOf(lease), tenant: {} as never }),
    { code: 'ERR_INVALID_ARG_TYPE', message: /bound to SQLite parameter/ },
    'a mistake is not taken for a store that fails'
  )
})

t.test('closing waits for what was called before it, and only for that', async t => {
  const { store, threads } = await open(t)
  await store.ping()
  const keys = Array.from({ length: 20 }, () => newId('key'))
  const calls = keys.map(key => store.meta.putIfAbsent(key, 'here'))
  const ended = new Promise(resolve => threads[0]!.once('exit', resolve))
  const closed = store.close()
  await t.rejects(store.meta.putIfAbsent('late', 'x'), unavailable)
  await closed
  t.same(
    await Promise.all(calls),
    keys.map(() => 'here')
  )
  t.equal(await ended, 0)
})

t.test('a store in which nothing is written starts no thread, and needs none to close', async t => {
  const { store, threads } = await open(t)
  t.equal(await store.meta.get('x'), null)
  await store.close()
  t.equal(threads.length, 0)
})

t.test('a file that was put in the place of the store’s is not written to', async t => {
  const { path, store } = await open(t)
  renameSync(path, `${path}.away`)
  writeFileSync(path, '')
  await t.rejects(store.meta.putIfAbsent('a', 'b'), { ...unavailable, cause: { message: /Another file/ } })
  await t.rejects(store.ping(), unavailable, 'readiness says so')
})

t.test('a program that forgets to close its store ends all the same, with what it has written', async t => {
  const path = join(t.testdir(), 'store.db')
  const open = join(import.meta.dirname, '../../../../plugins/storage/sqlite/open.ts')
  const program = `
    const { openSqliteStore } = await import(process.argv[1])
    const store = await openSqliteStore({ url: 'file:' + process.argv[2] })
    console.log(await store.meta.putIfAbsent('a', 'b'))
  `
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program, open, path], {
    encoding: 'utf8'
  })
  t.equal(stdout, 'b\n')
  t.equal(status, 0)
  const store = await openSqliteStore({ url: `file:${path}` })
  t.equal(await store.meta.get('a'), 'b')
  await store.close()
})
