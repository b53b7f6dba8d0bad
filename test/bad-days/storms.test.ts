import t from 'tap'
import { bigAccount } from '../doubles/connectwise/index.ts'
import { activeCustomersOf, startVendor } from './vendor.ts'
import { installOver, openWholeHost } from './whole-host.ts'

t.jobs = 4
const scanned = /company\/companies\?.*pageSize=1000/
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))
const account = bigAccount({ companies: 1500, contactsPerCompany: 1 })

t.test('fault 10: a Retry-After is waited out within the run, which then succeeds', async t => {
  const host = await openWholeHost(t, { vendor: await startVendor(t, { account }) })
  const storm = host.vendor.fail({ kind: 'rateLimit', retryAfter: 2, path: scanned, after: 1, times: 1 })
  const begun = performance.now()
  const { id } = await host.install('active-customers')
  const { lastRun } = (await host.call('GET', `/v1/installations/${id}`)).body
  t.match(lastRun, {
    status: 'succeeded',
    source: { throttled: 1 },
    counts: { created: activeCustomersOf(host.vendor).length }
  })
  t.ok(performance.now() - begun >= 2000)
  t.equal(storm.hits, 1)
})

t.test('fault 10: a Retry-After longer than a run waits ends the run, and nobody calls before its time', async t => {
  const host = await openWholeHost(t)
  const { ids } = await host.install('active-customers', 'active-agreements')
  const storm = host.vendor.fail({ kind: 'rateLimit', retryAfter: 600 })
  host.vendor.resetLog()
  const run = await host.run(ids[0]!)
  t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_THROTTLED' }, source: { throttled: 1 } })
  const { status, nextRunAt } = (await host.call('GET', `/v1/installations/${ids[0]}`)).body
  t.equal(status, 'running')
  t.ok(Date.parse(nextRunAt) - Date.now() > 550_000)
  t.match(await host.run(ids[1]!), { status: 'failed', error: { code: 'HOST_ERR_SOURCE_THROTTLED' } })
  const sent = host.vendor.requests.length
  t.ok(sent <= 2, `one tick's requests and no more: the account is held for all its installations (${sent})`)
  t.equal(storm.hits, sent)
})

t.test('fault 10: a storm of 429 without Retry-After is met with pauses and few requests', async t => {
  const host = await openWholeHost(t)
  const { id } = await host.install('active-customers')
  const storm = host.vendor.fail({ kind: 'rateLimit' })
  host.vendor.resetLog()
  const begun = performance.now()
  const run = await host.run(id)
  t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_THROTTLED' } })
  t.ok(performance.now() - begun >= 4000, 'a second between two calls at least')
  t.ok(host.vendor.requests.length <= 10, `${host.vendor.requests.length} requests`)
  t.equal(run.source.throttled, storm.hits)
  storm.clear()
  t.match(await host.run(id), { status: 'succeeded' })
})

for (const status of [500, 502, 503]) {
  t.test(`fault 11: a storm of ${status} ends the run, is not hammered, and the next run catches up`, async t => {
    const host = await openWholeHost(t)
    const { id } = await host.install('active-customers')
    host.vendor.addCompany({ name: 'Came in the Storm' })
    const storm = host.vendor.fail({ kind: 'status', status })
    host.vendor.resetLog()
    const run = await host.run(id)
    t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNAVAILABLE' } })
    const sent = host.vendor.requests.length
    t.ok(sent <= 12, `${sent} requests`)
    const { nextRunAt } = (await host.call('GET', `/v1/installations/${id}`)).body
    t.ok(Date.parse(nextRunAt) - Date.now() > 5000, 'seconds pass before it is tried again')
    await pause(1500)
    t.equal(host.vendor.requests.length, sent)
    storm.clear()
    t.match(await host.run(id), { status: 'succeeded', counts: { created: 1 } })
  })
}

for (const fault of [{ kind: 'hang' }, { kind: 'drip', everyMs: 200 }] as const) {
  t.test(
    `fault 2: while the vendor lets a run ${fault.kind}, the lease is kept, others run and it can be stopped`,
    async t => {
      const host = await openWholeHost(t, { env: { LEASE_TTL: '2s' } })
      const spell = host.vendor.fail({ ...fault, path: scanned, times: 1 })
      const { id } = await installOver(host, host.vendor)
      await host.until(`/v1/installations/${id}`, ({ currentRun }) => currentRun !== null && spell.hits === 1)
      const other = await installOver(host, host.vendor, ['active-customers'], 'other')
      await pause(3000)
      const { currentRun } = (await host.call('GET', `/v1/installations/${id}`)).body
      t.equal(currentRun?.status, 'running', 'longer than its lease, which it renews')
      await host.until(`/v1/installations/${other.id}`, ({ lastRun }) => lastRun?.status === 'succeeded', 'other')

      const begun = performance.now()
      t.equal((await host.call('POST', `/v1/installations/${id}/stop`)).body.status, 'stopped')
      t.ok(performance.now() - begun < 5000)
      t.match((await host.call('GET', `/v1/runs/${currentRun.id}`)).body, { status: 'interrupted' })
      await host.call('POST', `/v1/installations/${id}/start`)
      const back = await host.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
      t.equal(back.counts.active, 3)
    }
  )
}
