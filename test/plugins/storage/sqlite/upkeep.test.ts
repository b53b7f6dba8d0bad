import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { nameKeyOf } from '../../../../plugins/entities/name-key.ts'
import type { Store } from '../../../../plugins/storage/port.ts'
import { Database } from '../../../../plugins/storage/sqlite/database.ts'
import { openFile } from '../../../../plugins/storage/sqlite/file.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { sectionsOf } from '../../../../plugins/storage/sqlite/sections.ts'
import { connectionOf, leased, profileOf, put, recordOf, write } from '../../../conformance/storage/fixtures.ts'

const secret = 'QzsecretBytes'

function bytesOf(folder: string): string {
  return readdirSync(folder)
    .map(name => readFileSync(join(folder, name), 'latin1'))
    .join()
}

async function until(isSo: () => boolean, ms = 120_000): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(50)) if (isSo()) return true
  return isSo()
}

async function open(t: Test): Promise<{ folder: string; path: string; store: Store }> {
  const folder = t.testdir()
  const path = join(folder, 'store.db')
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  return { folder, path, store }
}

/** Clients with names that stand nowhere else, erased again. */
async function fillAndErase(store: Store): Promise<void> {
  const lease = await leased(store)
  for (let page = 0; page < 6; page++) {
    await put(
      store,
      lease,
      Array.from({ length: 300 }, (_, i) => {
        const name = `Qzword${page * 300 + i} Company`
        return recordOf(lease, String(page * 300 + i), { profile: profileOf(name), nameKey: nameKeyOf(name) })
      })
    )
  }
  for (;;) {
    const records = await store.clients.listOfInstallation(lease.installationId, 500)
    if (records.length === 0) break
    await write(
      store,
      lease,
      records.map(({ id, rev }) => ({ id, expectedRev: rev, record: null }))
    )
  }
  await store.installations.remove('acme', lease.installationId)
}

t.test('a connection that is removed while someone reads the file stops no writer', async t => {
  const { folder, path, store } = await open(t)
  const sealed = { v: 1, kek: 'k1', wrappedKey: 'AAAA', fields: { password: secret } } as const
  const made = Array.from({ length: 3 }, () => connectionOf({ sealed }))
  for (const connection of made) await store.connections.tryInsert(connection)
  const reader = new DatabaseSync(path, { readOnly: true })
  t.teardown(() => reader.isOpen && reader.close())
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM connections').get()

  const began = performance.now()
  for (const { id } of made) t.equal(await store.connections.tryRemove('acme', id, 1), true)
  await store.ping()
  const took = performance.now() - began
  // Whoever waited for the reader would wait five seconds each time.
  t.ok(took < 4800, `three removals and a write took ${Math.round(took)} ms`)
  await sleep(1500)
  t.match(bytesOf(folder), secret, 'what the reader sees is kept for it')

  reader.exec('COMMIT')
  reader.close()
  t.ok(await until(() => statSync(`${path}-wal`).size === 0), 'then the log is emptied')
  t.notMatch(bytesOf(folder), secret, 'and what was erased is overwritten')
  await store.ping()
})

t.test('words of erased clients leave the file by themselves, while others write', async t => {
  const { folder, store } = await open(t)
  await fillAndErase(store)
  for (let i = 0; i < 20; i++) await store.meta.putIfAbsent(`key-${i}`, 'x')
  t.ok(await until(() => !/qzword/i.test(bytesOf(folder))))
  await store.ping()
})

t.test('what a process that was killed has left of an erasure is done by the next one', async t => {
  const folder = t.testdir()
  const path = join(folder, 'store.db')
  const database = new Database(openFile(path))
  await fillAndErase({ kind: 'sqlite', ...sectionsOf(database), close: async () => {} })
  database.close()
  t.match(bytesOf(folder).toLowerCase(), 'qzword', 'without upkeep they stay')
  const store = await openSqliteStore({ url: `file:${path}` })
  t.teardown(() => store.close())
  await store.ping()
  t.ok(await until(() => existsSync(`${path}-wal`) && statSync(`${path}-wal`).size === 0))
  t.notMatch(bytesOf(folder).toLowerCase(), 'qzword')
})
