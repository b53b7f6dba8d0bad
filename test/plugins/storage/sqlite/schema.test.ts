import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import t from 'tap'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { migrate, migrations } from '../../../../plugins/storage/sqlite/schema.ts'

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
