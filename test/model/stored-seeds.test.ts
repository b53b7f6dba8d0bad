import { join } from 'node:path'
import t from 'tap'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { freshUrl, needsStore, openStore } from '../plugins/storage/mongodb/database.ts'
import { hold } from './seeds.ts'

t.setTimeout(900_000)

t.test('the one pass holds what it promises over a SQLite file: 100 seeds', async t => {
  const store = await openSqliteStore({ url: `file:${join(t.testdir(), 'host.db')}` })
  t.teardown(() => store.close())
  await hold(t, store, { from: 3001, count: 100 })
})

t.test('the one pass holds what it promises over MongoDB: 100 seeds', needsStore, async t => {
  // Each life has its store to itself; four side by side, as most of one is waiting for its server.
  await Promise.all(
    [4001, 4002, 4003, 4004].map(async from => {
      await hold(t, await openStore(t, { url: freshUrl(t) }), { from, count: 25, step: 4 })
    })
  )
})
