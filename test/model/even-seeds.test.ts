import t from 'tap'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { hold } from './seeds.ts'

t.setTimeout(600_000)

t.test('the one pass holds what it promises, whatever happens: 700 even seeds in memory', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  await hold(t, store, { from: 2, count: 700, step: 2 })
})
