import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { migrate, migrations } from '../../../../plugins/storage/sqlite/schema.ts'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'

const script = join(import.meta.dirname, 'killed-migration.ts')

function tablesOf(sqlite: DatabaseSync): unknown[] {
  return sqlite.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all()
}

const whole = new DatabaseSync(':memory:')
migrate(whole)
const expected = tablesOf(whole)

t.test('a migration that is killed before any of its statements is finished by the next start', async t => {
  // BEGIN and COMMIT, the number, and the statements themselves.
  const statements = migrations.reduce((sum, migration) => sum + migration.length + 3, 0)
  const folder = t.testdir()
  for (let statement = 0; statement < statements; statement++) {
    const path = join(folder, `${statement}.db`)
    const { signal, stderr } = spawnSync(process.execPath, [script, path, String(statement)], { encoding: 'utf8' })
    t.equal(signal, 'SIGKILL', stderr)
    const sqlite = new DatabaseSync(path)
    const version = Number(sqlite.prepare('PRAGMA user_version').get()!.user_version)
    t.equal(tablesOf(sqlite).length > 0, version > 0, 'all of a migration is there, or nothing')
    migrate(sqlite)
    t.same(tablesOf(sqlite), expected)
    sqlite.close()
  }
})

t.test('migrating again changes nothing', async t => {
  migrate(whole)
  t.same(tablesOf(whole), expected)
})

t.test('processes that start at once on a new file both succeed', async t => {
  const url = `file:${join(t.testdir(), 'store.db')}`
  const stores = await Promise.all([openSqliteStore({ url }), openSqliteStore({ url }), openSqliteStore({ url })])
  for (const store of stores) await store.ping()
  for (const store of stores) await store.close()
})

t.test('clients whose parts a file of schema 1 has as objects are read as they were', async t => {
  const path = join(t.testdir(), 'store.db')
  const store = await openSqliteStore({ url: `file:${path}` })
  const lease = await leased(store)
  const [part] = recordOf(lease, '1').parts
  const records = [
    recordOf(lease, '1'),
    recordOf(lease, '2', { parts: [{ ...part!, stamps: { company: 'it\'s "2024"', 'contact:7': 'é' } }] }),
    recordOf(lease, '3', {
      parts: [
        { ...part!, stamps: {} },
        { ...part!, installationId: 'ins_2', statusReason: 'old' }
      ]
    })
  ]
  await put(store, lease, records)
  const before = await store.clients.load(lease.connectionId, ['1', '2', '3'])
  await store.close()

  const sqlite = new DatabaseSync(path)
  for (const { id, parts } of before) {
    const set = "UPDATE clients SET body = json_set(body, '$.parts', json(?)) WHERE id = ?"
    sqlite.prepare(set).run(JSON.stringify(parts), id)
  }
  for (const later of ['sessions', 'links', 'drafts', 'counters', 'activity', 'activity_anchors'])
    sqlite.exec(`DROP TABLE ${later}`)
  sqlite.exec('PRAGMA user_version = 1')
  sqlite.close()

  const again = await openSqliteStore({ url: `file:${path}` })
  t.strictSame(await again.clients.load(lease.connectionId, ['1', '2', '3']), before)
  await again.close()
})
