import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import { newId, within } from '../../conformance/storage/fixtures.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const env = { CALLS_READ: '180', CALLS_CHANGE: '2', CALLS_VENDOR: '1' }

t.test('reads beyond the limit are 429 with the time to wait, each caller by itself', async t => {
  const { call } = await buildTestHost(t, { env })
  // All within the same second, however busy the machine is.
  const answers = await within(900, () => {
    const tenant = newId('tenant')
    return Promise.all(Array.from({ length: 4 }, () => call(tenant, 'GET', '/v1/clients')))
  })
  const [refused, ...served] = answers.toSorted((a, b) => b.status - a.status)
  t.same(
    served.map(({ status, headers }) => [status, headers['ratelimit-limit'], headers['ratelimit-remaining']]),
    [2, 1, 0].map(left => [200, '3', String(left)])
  )
  t.ok(served.every(({ headers }) => Number(headers['ratelimit-reset']) === 1))
  t.equal(refused!.status, 429)
  t.equal(refused!.body.code, 'HOST_ERR_TOO_MANY_CALLS')
  t.match(refused!.body.detail, /Try again in [0-9]+ s/)
  t.ok(Number(refused!.headers['retry-after']) > 0)
  t.equal((await call('two', 'GET', '/v1/clients')).status, 200, 'another tenant')
})

t.test('what changes something and what asks a vendor has limits of its own, over all hosts of a store', async t => {
  const DATA_DIR = t.testdir()
  const hosts = [
    await buildTestHost(t, { connectors: [acmeDesk], env: { ...env, DATA_DIR } }),
    await buildTestHost(t, { connectors: [acmeDesk], env: { ...env, DATA_DIR } })
  ] as const
  const [first, second] = hosts
  const change = '/v1/installations/of-nobody/stop'
  t.equal((await first.call('one', 'POST', change)).status, 404)
  t.equal((await second.call('one', 'POST', change)).status, 404)
  t.equal((await first.call('one', 'POST', change)).status, 429)
  t.equal((await second.call('one', 'POST', change)).status, 429)
  t.equal((await second.call('two', 'POST', change)).status, 404)

  const trial = '/v1/integrations/acme-desk/validate'
  const body = { credentials: { token: 'fake-token', region: 'eu' } }
  t.not((await first.call('one', 'POST', trial, body)).status, 429, 'not counted with the changes')
  t.equal((await second.call('one', 'POST', trial, body)).status, 429)
  t.equal((await first.call('one', 'GET', '/v1/clients')).status, 200)

  const file = readFileSync(join(DATA_DIR, 'host.db'))
  t.notOk(file.includes('user-of-one'), 'the store is told no subject')
})

t.test('who was told to come back is told so again without a word to the store, until the time is over', async t => {
  const { call, host } = await buildTestHost(t, { env })
  const { counters } = host.store
  let asked = 0
  const hit = counters.hit.bind(counters)
  Object.assign(counters, {
    hit: (key: string, windowMs: number) => {
      asked++
      return hit(key, windowMs)
    }
  })
  const change = '/v1/installations/of-nobody/stop'
  for (let n = 0; n < 2; n++) t.equal((await call('one', 'POST', change)).status, 404)
  for (let n = 0; n < 5; n++) {
    const { status, headers } = await call('one', 'POST', change)
    t.equal(status, 429)
    t.ok(Number(headers['retry-after']) > 0 && Number(headers['retry-after']) <= 60)
  }
  t.equal(asked, 3)
  t.equal((await call('two', 'POST', change)).status, 404, 'another caller is counted as ever')
})

t.test('nothing is counted where the limit is 0, nor for routes without a token', async t => {
  const { call, host } = await buildTestHost(t, { env: { CALLS_READ: '0', CALLS_CHANGE: '1', CALLS_VENDOR: '1' } })
  for (let asked = 0; asked < 20; asked++) {
    t.equal((await call('one', 'GET', '/v1/clients')).status, 200)
    t.equal((await host.inject('/health/ready')).statusCode, 200)
    t.equal((await host.inject('/v1/clients')).statusCode, 401)
  }
})
