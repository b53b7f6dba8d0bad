import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'

t.test('a host with a store that answers is live and ready, without a token', async t => {
  const { host } = await buildTestHost(t)
  for (const url of ['/health/live', '/health/ready']) {
    const response = await host.inject(url)
    t.equal(response.statusCode, 200)
    t.same(response.json(), { status: 'ok' })
  }
})

t.test('a host whose store is gone is live but not ready', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const { host } = await buildTestHost(t, { store })
  await store.close()
  t.equal((await host.inject('/health/live')).statusCode, 200)
  const response = await host.inject('/health/ready')
  t.equal(response.statusCode, 503)
  t.equal(response.json().code, 'HOST_ERR_STORE_UNAVAILABLE')
})

t.test('a store that hangs makes the host unready within 2 seconds', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  const { host } = await buildTestHost(t, { store: { ...store, ping: () => new Promise(() => undefined) } })
  const response = await host.inject('/health/ready')
  t.equal(response.statusCode, 503)
  t.equal(response.json().code, 'HOST_ERR_STORE_UNAVAILABLE')
})
