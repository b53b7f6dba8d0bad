import t from 'tap'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore, openStore } from './database.ts'

t.test('clients are counted up to 10,000, and above that it is said that there are more', needsStore, async t => {
  const store = await openStore(t, { url: freshUrl(t) })
  const lease = await leased(store)
  for (let from = 0; from < 10_000; from += 1000) {
    await put(
      store,
      lease,
      Array.from({ length: 1000 }, (_, i) => recordOf(lease, String(from + i)))
    )
  }
  const total = () => store.clients.total('acme', {})
  t.same(await total(), { count: 10_000, exact: true })
  await put(store, lease, [recordOf(lease, 'one more', { status: 'gone' })])
  t.same(await total(), { count: 10_000, exact: false })
  t.same(await store.clients.total('acme', { status: 'gone' }), { count: 1, exact: true })
})
