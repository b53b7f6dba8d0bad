import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { openFile } from '../../../../plugins/storage/sqlite/file.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { connectionOf, leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'

const openError = (message: RegExp) => ({ code: 'HOST_ERR_STORE_OPEN', message })

/** A file with some clients in it, closed. */
async function filled(folder: string): Promise<string> {
  const path = join(folder, 'store.db')
  const store = await openSqliteStore({ url: `file:${path}` })
  const lease = await leased(store)
  const records = Array.from({ length: 300 }, (_, i) => recordOf(lease, String(i)))
  await put(store, lease, records)
  await store.close()
  return path
}

t.test('the folder and the file are made for their owner alone', async t => {
  const path = join(t.testdir(), 'deep', 'er', 'store.db')
  const store = await openSqliteStore({ url: `file:${path}` })
  await store.meta.putIfAbsent('a', 'b')
  for (const file of [path, `${path}-wal`, `${path}-shm`]) t.equal(statSync(file).mode & 0o777, 0o600, file)
  t.equal(statSync(join(path, '..')).mode & 0o777, 0o700)
  await store.close()
  chmodSync(path, 0o644)
  await (await openSqliteStore({ url: `file:${path}` })).close()
  t.equal(statSync(path).mode & 0o777, 0o600, 'a file that others could read is closed to them')
})

t.test('relative paths, file URLs and escaped characters name the file', async t => {
  const folder = t.testdir()
  const back = process.cwd()
  process.chdir(folder)
  t.teardown(() => process.chdir(back))
  for (const url of ['file:one.db', 'file:sub/two%20words.db', pathToFileURL(join(folder, 'three.db')).href]) {
    await (await openSqliteStore({ url })).close()
  }
  for (const name of ['one.db', 'sub/two words.db', 'three.db']) t.ok(existsSync(join(folder, name)), name)
})

t.test('a URL of another kind is refused', async t => {
  await t.rejects(openSqliteStore({ url: 'postgres://x' }), openError(/neither file:/))
})

t.test('every open writes a log ahead, waits for the disk, and overwrites what is deleted', async t => {
  const path = join(t.testdir(), 'store.db')
  for (const time of ['first', 'second']) {
    const sqlite = openFile(path)
    const pragma = (name: string) => sqlite.prepare(`PRAGMA ${name}`).get()![name]
    t.equal(pragma('journal_mode'), 'wal', time)
    t.equal(pragma('synchronous'), 2, time)
    t.equal(pragma('secure_delete'), 1, time)
    t.equal(pragma('page_size'), 16_384, time)
    sqlite.close()
  }
})

t.test('a newer schema is refused and left as it is', async t => {
  const path = await filled(t.testdir())
  const sqlite = new DatabaseSync(path)
  sqlite.exec('PRAGMA user_version = 1000')
  sqlite.close()
  const before = readFileSync(path)
  await t.rejects(openSqliteStore({ url: `file:${path}` }), {
    code: 'HOST_ERR_SCHEMA_NEWER',
    message: /schema 1000.*up to \d+/
  })
  t.ok(readFileSync(path).equals(before))
})

t.test('a damaged file is refused with the reason and left as it is', async t => {
  const damages: Record<string, (path: string) => void> = {
    truncated: path => truncateSync(path, statSync(path).size - 16_384 * 3),
    'cut in mid-page': path => truncateSync(path, 5000),
    text: path => writeFileSync(path, 'this is no database, it is a letter\n'.repeat(100)),
    'overwritten in the middle': path => {
      const bytes = readFileSync(path)
      bytes.fill(
        0xa5,
        Math.floor(bytes.length / 2 / 16_384) * 16_384,
        Math.floor(bytes.length / 2 / 16_384) * 16_384 + 3 * 16_384
      )
      writeFileSync(path, bytes)
    }
  }
  for (const [name, damage] of Object.entries(damages)) {
    const path = await filled(t.testdir())
    damage(path)
    const before = readFileSync(path)
    await t.rejects(openSqliteStore({ url: `file:${path}` }), openError(/is damaged.*restore a backup/), name)
    t.ok(readFileSync(path).equals(before), name)
  }
})

t.test('a database of another program is refused and left as it is', async t => {
  const path = join(t.testdir(), 'other.db')
  const sqlite = new DatabaseSync(path)
  sqlite.exec('CREATE TABLE theirs (x)')
  sqlite.close()
  const before = readFileSync(path)
  await t.rejects(openSqliteStore({ url: `file:${path}` }), openError(/another program/))
  t.ok(readFileSync(path).equals(before))
})

t.test('a place that cannot be written is refused with what to do', async t => {
  const folder = t.testdir({ file: 'x', folder: {} })
  await t.rejects(openSqliteStore({ url: `file:${join(folder, 'file', 'store.db')}` }), openError(/ENOTDIR|EEXIST/))
  await t.rejects(openSqliteStore({ url: `file:${join(folder, 'folder')}` }), openError(/EISDIR/))
})

t.test('a folder without the right to write is refused with what to do', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  chmodSync(folder, 0o555)
  // Root may write anywhere, so it is nobody for a moment.
  const root = process.geteuid?.() === 0
  if (root) process.seteuid?.(65534)
  try {
    const url = `file:${join(folder, 'store.db')}`
    await t.rejects(openSqliteStore({ url }), openError(/cannot be written.*right to write/))
  } finally {
    if (root) process.seteuid?.(0)
  }
})

t.test('the bytes of a removed connection are in no file', async t => {
  const path = join(t.testdir(), 'store.db')
  const url = `file:${path}`
  const bytesHave = (text: string) =>
    [path, `${path}-wal`].some(file => existsSync(file) && readFileSync(file).includes(text))
  const store = await openSqliteStore({ url })
  const canary = 'canary-ciphertext-of-a-fake-secret'
  const sealed = { v: 1, kek: 'k', wrappedKey: 'AAAA', fields: { password: canary.repeat(200) } } as const
  const connection = connectionOf({ sealed })
  for (let i = 0; i < 20; i++) await store.connections.tryInsert(connectionOf())
  await store.connections.tryInsert(connection)
  for (let i = 0; i < 20; i++) await store.connections.tryInsert(connectionOf())
  t.ok(bytesHave(canary), 'it was there')
  await store.connections.tryRemove('acme', connection.id, 1)
  t.notOk(bytesHave(canary), 'while the store is open')
  await store.close()
  t.notOk(bytesHave(canary), 'after it is closed')
  t.notOk(existsSync(`${path}-wal`))
})
