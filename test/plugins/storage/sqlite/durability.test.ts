import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import type { Store } from '../../../../plugins/storage/port.ts'
import { Database } from '../../../../plugins/storage/sqlite/database.ts'
import { openFile } from '../../../../plugins/storage/sqlite/file.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { sectionsOf } from '../../../../plugins/storage/sqlite/sections.ts'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'

t.test('a process that is killed in mid-write loses no page it was told of, and leaves none by half', async t => {
  for (const pages of [1, 7, 23]) {
    const url = `file:${join(t.testdir(), 'store.db')}`
    const writer = spawn(process.execPath, [join(import.meta.dirname, 'acknowledging-writer.ts'), url], {
      stdio: ['ignore', 'pipe', 'inherit']
    })
    let acknowledged = -1
    for await (const line of createInterface(writer.stdout)) {
      acknowledged = Number(line)
      if (acknowledged === pages) writer.kill('SIGKILL')
    }
    if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit')
    t.equal(writer.signalCode, 'SIGKILL')

    const store = await openSqliteStore({ url })
    const ids = Array.from({ length: (acknowledged + 1) * 50 }, (_, i) => String(i))
    t.equal((await store.clients.load('con_writer', ids)).length, ids.length, `${acknowledged + 1} pages acknowledged`)
    const { active } = await store.clients.counts('ins_writer')
    t.equal(active % 50, 0, 'a page is whole or not there')
    const all = Array.from({ length: active + 50 }, (_, i) => String(i))
    t.equal((await store.clients.load('con_writer', all)).length, active)
    await store.close()
  }
})

t.test('a full disk is reported, leaves nothing by half, and is over once there is room', async t => {
  const sqlite = openFile(join(t.testdir(), 'store.db'))
  const database = new Database(sqlite)
  t.teardown(() => database.close())
  const store: Store = { kind: 'sqlite', ...sectionsOf(database), close: async () => database.close() }
  const { clients } = store
  const lease = await leased(store)
  const page = (from: number) => Array.from({ length: 200 }, (_, i) => recordOf(lease, String(from + i)))
  const { connectionId, installationId } = lease
  await put(store, lease, page(0))

  const { page_count: size } = sqlite.prepare('PRAGMA page_count').get()!
  sqlite.exec(`PRAGMA max_page_count = ${Number(size) + 3}`)
  await t.rejects(put(store, lease, page(200)), { code: 'HOST_ERR_STORE_UNAVAILABLE', cause: { errcode: 13 } })
  t.same(await clients.load(connectionId, ['200', '399']), [])
  t.same(await clients.counts(installationId), { active: 200, inactive: 0, gone: 0 })
  t.equal((await clients.list('acme', {}, { limit: 500, cursor: null })).items.length, 200, 'reading goes on')

  sqlite.exec('PRAGMA max_page_count = 1000000')
  t.same(await put(store, lease, page(200)), [])
  t.same(await clients.counts(installationId), { active: 400, inactive: 0, gone: 0 })
})

t.test('a file that another program holds is waited for, then reported', async t => {
  const path = join(t.testdir(), 'store.db')
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  const said: string[] = []
  const waiting = store.ping().finally(() => said.push('waited'))
  await store.meta.get('x')
  await new Promise(resolve => setTimeout(resolve, 10))
  said.push('read, and a timer')
  await t.rejects(waiting, { code: 'HOST_ERR_STORE_UNAVAILABLE', cause: { errcode: 5 } })
  t.same(said, ['read, and a timer', 'waited'], 'nothing else waits with it')
  other.exec('COMMIT')
  other.close()
  await store.ping()
})

t.test('a mistake in a statement is not taken for a store that fails', async t => {
  const database = new Database(new DatabaseSync(':memory:'))
  t.teardown(() => database.close())
  await t.rejects(
    database.read(() => database.all('SELECT nonsense')),
    { code: 'ERR_SQLITE_ERROR' }
  )
})
