import t from 'tap'
import { PAGE_BYTES } from '../../../../plugins/storage/page-weight.ts'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { leased, put, recordOf, write } from '../../../conformance/storage/fixtures.ts'
import { renaming } from '../../../conformance/storage/history-fixtures.ts'

t.test('of large changes no more is read at once than a page has, however many there are', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  const lease = await leased(store)
  await put(store, lease, [recordOf(lease, '1')])
  const changes = [{ field: 'name', before: '', after: 'x'.repeat(PAGE_BYTES / 3.5) }]
  for (let i = 0; i < 12; i++) {
    const [stored] = await store.clients.load(lease.connectionId, ['1'])
    const { entry, ...renamed } = renaming(lease, stored!, `Name ${i}`, { runId: 'run_1' })
    await write(store, lease, [{ ...renamed, entry: { ...entry!, changes } }])
  }
  const { id } = (await store.clients.load(lease.connectionId, ['1']))[0]!
  const parsed = t.capture(JSON, 'parse', JSON.parse)
  const { items } = await store.history.list('acme', id, { limit: 2, cursor: null })
  t.equal(items.length, 2)
  const characters = parsed().reduce((sum, { args }) => sum + String(args[0]).length, 0)
  t.ok(characters > 2 * (PAGE_BYTES / 3.5) && characters <= PAGE_BYTES + 10_000, `${characters} characters`)
})
