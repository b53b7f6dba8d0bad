import { join } from 'node:path'
import t from 'tap'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { freshUrl, needsStore, openStore } from '../plugins/storage/mongodb/database.ts'
import { hold } from './seeds.ts'

t.setTimeout(600_000)

t.test('the one pass holds what it promises over a SQLite file: 100 seeds', async t => {
  const store = await openSqliteStore({ url: `file:${join(t.testdir(), 'host.db')}` })
  t.teardown(() => store.close())
  await hold(t, store, { from: 3001, count: 100 })
})

t.test('the one pass holds what it promises over MongoDB: 100 seeds', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  await hold(t, store, { from: 4001, count: 100 })
})
