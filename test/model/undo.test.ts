import t from 'tap'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { freshUrl, needsStore, openStore } from '../plugins/storage/mongodb/database.ts'
import { holdUndo } from './undo.ts'

t.setTimeout(600_000)

t.test('runs that are undone leave exactly what there was, and it stays so: 60 lives', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  await holdUndo(t, store, { from: 1, count: 60 })
})

t.test('over MongoDB they do too: 10 lives', needsStore, async t => {
  await holdUndo(t, await openStore(t, { url: freshUrl(t) }), { from: 101, count: 10 })
})
