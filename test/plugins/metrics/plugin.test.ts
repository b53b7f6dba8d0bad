import { join } from 'node:path'
import t from 'tap'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { at, leased } from '../../conformance/storage/fixtures.ts'
import { account, token as deskToken, startAcmeDesk } from '../../connectors/acme-desk/server.ts'
import { heldInstallation } from '../integrations/installations/held.ts'

const METRICS_TOKEN = 'not-a-real-metrics-token'
const acmeDesk = join(import.meta.dirname, '../../connectors/acme-desk')
const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** The value of one series, its labels in the order of the text. */
const sampleOf = (text: string, series: string) => {
  const line = text.split('\n').find(one => one.startsWith(`${series} `))
  return line === undefined ? undefined : Number(line.slice(series.length + 1))
}

t.test('without METRICS_PORT and METRICS_TOKEN there are no metrics', async t => {
  const { host, call } = await buildTestHost(t)
  t.equal(host.metrics, null)
  t.match(await call('acme', 'GET', '/metrics'), { status: 404, body: { code: 'HOST_ERR_ROUTE_NOT_FOUND' } })
})

t.test('METRICS_TOKEN opens /metrics to those who send it, and to nobody else', async t => {
  const { host, as, log } = await buildTestHost(t, { env: { METRICS_TOKEN } })
  const get = (headers: Record<string, string>) => host.inject({ url: '/metrics', headers })
  for (const headers of [
    {},
    bearer(''),
    bearer('x'),
    bearer(METRICS_TOKEN.toUpperCase()),
    bearer(METRICS_TOKEN.slice(0, -1)),
    bearer(`${METRICS_TOKEN}x`),
    { authorization: `Basic ${METRICS_TOKEN}` },
    await as('acme')
  ]) {
    const refused = await get(headers)
    t.equal(refused.statusCode, 401)
    t.equal(refused.json().code, 'HOST_ERR_UNAUTHENTICATED')
  }
  const answer = await get(bearer(METRICS_TOKEN))
  t.equal(answer.statusCode, 200)
  t.match(answer.headers['content-type'], /^text\/plain; version=0\.0\.4/)
  t.match(answer.body, /^integration_host_runs_in_progress 0$/m)
  t.equal(host.metrics?.address, null, 'and no other port is opened')
  t.notMatch(JSON.stringify((await host.inject('/openapi.json')).json().paths), '/metrics')
  t.equal((await host.inject({ url: '/v1/integrations', headers: bearer(METRICS_TOKEN) })).statusCode, 401)
  t.notMatch(log(), METRICS_TOKEN)
})

t.test('METRICS_PORT is a port of its own on this machine, for /metrics alone', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_PORT: '0' } })
  const address = host.metrics!.address!
  t.match(address, /^http:\/\/127\.0\.0\.1:\d+$/)
  const answer = await fetch(`${address}/metrics`)
  t.equal(answer.status, 200)
  t.match(await answer.text(), /^nodejs_eventloop_lag_p99_seconds /m)
  const statusOf = async (path: string, method = 'GET') => {
    const { status, body } = await fetch(address + path, { method })
    await body?.cancel()
    return status
  }
  t.equal(await statusOf('/metrics', 'POST'), 405)
  t.equal(await statusOf('/v1/integrations'), 404)
  t.equal(await statusOf('/health/live'), 404)
  t.equal((await host.inject('/metrics')).statusCode, 404, 'the main port has none without METRICS_TOKEN')
  await host.close()
  await t.rejects(fetch(`${address}/metrics`), 'it is closed with the host')
})

t.test('with METRICS_TOKEN the own port asks for it too', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_PORT: '0', METRICS_TOKEN } })
  const url = `${host.metrics!.address}/metrics`
  const refused = await fetch(url)
  t.equal(refused.status, 401)
  t.equal(refused.headers.get('www-authenticate'), 'Bearer')
  await refused.body?.cancel()
  const answer = await fetch(url, { headers: bearer(METRICS_TOKEN) })
  t.equal(answer.status, 200)
  await answer.body?.cancel()
})

t.test('a port that is taken, and metrics open to strangers, stop the start', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_PORT: '0' } })
  const taken = new URL(host.metrics!.address!).port
  await t.rejects(buildTestHost(t, { env: { METRICS_PORT: taken } }), { message: /^METRICS_PORT must be a free port/ })
  await t.rejects(buildTestHost(t, { env: { METRICS_PORT: '0', METRICS_HOST: '0.0.0.0' } }), {
    message: /^METRICS_TOKEN must be set/
  })
  await t.rejects(buildTestHost(t, { env: { METRICS_TOKEN: 'fifteen-letters' } }), {
    message: /^METRICS_TOKEN must be/
  })
})

t.test('what a run does is counted, by names that tell of no tenant and no account', async t => {
  const accounts = new Map(
    ['a1', 'a2', 'a3', 'a4', 'a5'].map(id => [id, account(id, `Account ${id}`, id !== 'a5')] as const)
  )
  const desk = await startAcmeDesk(accounts)
  t.teardown(desk.close)
  const env = { CONNECTORS: acmeDesk, OUTBOUND_ALLOW: desk.url, METRICS_TOKEN }
  const { call, host } = await buildTestHost(t, { env })
  const credentials = { token: deskToken, region: desk.url }
  const install = await call('some-tenant', 'POST', '/v1/integrations/acme-desk/install', {
    credentials,
    syncTypes: ['active-accounts']
  })
  t.equal(install.status, 201)
  const read = async () => (await host.inject({ url: '/metrics', headers: bearer(METRICS_TOKEN) })).body
  const of = 'connector="acme-desk",sync_type="active-accounts"'
  let text = await read()
  while (sampleOf(text, `integration_host_runs_ended_total{${of},mode="full",status="succeeded"}`) !== 1) {
    await new Promise(resolve => setTimeout(resolve, 20))
    text = await read()
  }

  const runs = (rest: string) => sampleOf(text, `integration_host_${rest}`)
  t.equal(runs(`runs_started_total{${of},mode="full"}`), 1)
  t.equal(runs(`runs_ended_total{${of},mode="full",status="failed"}`), 0)
  t.equal(runs(`run_duration_seconds_count{${of},mode="full"}`), 1)
  t.equal(runs(`leases_claimed_total{${of}}`), 1)
  t.equal(runs(`leases_taken_over_total{${of}}`), 0)
  t.equal(runs(`leases_lost_total{${of}}`), 0)
  t.equal(runs('run_start_lag_seconds_count'), 1)
  t.equal(runs('due_installations'), 0)
  t.equal(runs('sync_interval_seconds'), 300)
  const outcomes = { created: 4, left_out: 1, updated: 0, unchanged: 0, inactivated: 0, gone: 0, set_aside: 0 }
  for (const [outcome, count] of Object.entries(outcomes))
    t.equal(runs(`records_total{${of},outcome="${outcome}"}`), count, outcome)
  t.ok(Math.abs(runs(`last_success_timestamp_seconds{${of}}`)! - Date.now() / 1000) < 60)
  // Whatever the connector asked for, the vendor's own count is the measure.
  t.equal(runs('vendor_requests_total{connector="acme-desk",status="2xx"}'), desk.requests.length)
  t.equal(runs('vendor_throttled_total{connector="acme-desk"}'), 0)
  t.equal(runs('vendor_request_duration_seconds_count{connector="acme-desk"}'), desk.requests.length)
  t.equal(runs('vendor_wait_seconds_count{connector="acme-desk"}'), desk.requests.length)
  t.ok(runs('vendor_response_bytes_total{connector="acme-desk"}')! > 0)
  t.ok(runs('store_call_duration_seconds_count{section="leases",method="claimDue"}')! > 0)
  t.equal(
    runs('http_requests_total{method="POST",route="/v1/integrations/acme-desk/install",status="2xx"}'),
    1,
    'by route template'
  )
  for (const text of ['some-tenant', install.body.connectionId, install.body.installations[0].id, deskToken, desk.url])
    t.notOk((await read()).includes(text), 'no tenant, id, token or address')
})

t.test('every metric says what it is', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_TOKEN } })
  for (const { name, help } of await host.metrics!.registry.getMetricsAsJSON())
    t.ok(help.length > 10 && help !== name, `${name}: ${help}`)
})

t.test('what strangers ask for makes no new series', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_TOKEN } })
  const series = async () => {
    const { body } = await host.inject({ url: '/metrics', headers: bearer(METRICS_TOKEN) })
    return body.split('\n').filter(line => line.startsWith('integration_host_http_')).length
  }
  await host.inject('/no-such-place')
  await series()
  const before = await series()
  for (let number = 0; number < 20; number++) await host.inject(`/no-such-place/${number}?x=${number}`)
  await host.inject({ method: 'PUT', url: '/nor-this' })
  t.equal(await series(), before)
})

t.test('a store that does not answer takes the queue of due work off the page, and nothing else', async t => {
  const { host } = await buildTestHost(t, { env: { METRICS_TOKEN } })
  await host.store.close()
  const { statusCode, body } = await host.inject({ url: '/metrics', headers: bearer(METRICS_TOKEN) })
  t.equal(statusCode, 200)
  const ofStore =
    /^integration_host_(due_installations|installations_awaiting_approval|installations_with_misfits|held_losses)[ {]/m
  t.notMatch(body, ofStore)
  t.match(body, /^integration_host_runs_in_progress 0$/m)
  const again = await host.inject({ url: '/metrics', headers: bearer(METRICS_TOKEN) })
  t.match(again.body, /^integration_host_store_errors_total\{section="leases",method="countDue",code="\w+"\} [1-9]/m)
})

t.test('what waits for people is told of the whole store: by installations, and by kind of what is held', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  for (const tenant of ['acme', 'bolt']) await heldInstallation(store, tenant)
  const lease = await leased(store)
  await store.leases.commit(lease, { misfits: { count: 1, detail: 'contacts: 7 of 9', since: at() } })
  const { host, call } = await buildTestHost(t, { store, env: { METRICS_TOKEN } })
  const text = async () => (await host.inject({ url: '/metrics', headers: bearer(METRICS_TOKEN) })).body
  const told = async () => {
    const now = await text()
    const names = ['installations_awaiting_approval', 'installations_with_misfits']
    const kinds = ['emails', 'agreements', 'costs'].map(kind => `held_losses{kind="${kind}"}`)
    return [...names, ...kinds].map(name => sampleOf(now, `integration_host_${name}`))
  }
  t.same(await told(), [2, 1, 4, 2, 0])
  const held = (await call('bolt', 'GET', '/v1/installations')).body.items[0]
  const decision = { revision: held.hold.revision }
  t.equal((await call('bolt', 'POST', `/v1/installations/${held.id}/losses/reject`, decision)).status, 200)
  t.same(await told(), [1, 1, 4, 2, 0], 'what is decided about is held until a run has carried it out')
})
