/** A vendor that is busy, broken or silent for a while: every vendor. */
import t from 'tap'
import { kinds } from '../vendors/every.ts'
import { installOver, openWholeHost } from './whole-host.ts'

t.jobs = 4
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

for (const kind of kinds) {
  const scanned = { endpoint: kind.endpoints.companies, operation: 'list', pageSizeFrom: kind.fullPage } as const
  /** Where the vendor tells how many calls are left, waiting for some is no failure. */
  const throttled = kind.tellsCallsLeft
    ? { status: 'postponed', error: { code: 'HOST_ERR_SOURCE_POSTPONED' } }
    : { status: 'failed', error: { code: 'HOST_ERR_SOURCE_THROTTLED' } }
  const open = async (t: Parameters<typeof kind.start>[0], account?: { big: number }, env?: Record<string, string>) =>
    openWholeHost(t, { vendor: await kind.start(t, account && { account }), ...(env && { env }) })

  t.test(`fault 10, ${kind.title}: a Retry-After is waited out within the run, which then succeeds`, async t => {
    const host = await open(t, { big: 1500 })
    const storm = host.vendor.fail({ kind: 'rateLimit', retryAfter: 2, ...scanned, after: 1, times: 1 })
    const begun = performance.now()
    const { id } = await host.install(kind.customers)
    const { lastRun } = (await host.call('GET', `/v1/installations/${id}`)).body
    const created = host.vendor.oracle.customers().length
    t.match(lastRun, { status: 'succeeded', source: { throttled: 1 }, counts: { created } })
    t.ok(performance.now() - begun >= 2000)
    t.equal(storm.hits, 1)
  })

  t.test(`fault 10, ${kind.title}: a Retry-After longer than a run waits ends it, and nobody calls before`, async t => {
    const host = await open(t)
    const { ids } = await host.install(kind.customers, kind.agreements)
    const storm = host.vendor.fail({ kind: 'rateLimit', retryAfter: 600 })
    host.vendor.resetLog()
    const run = await host.run(ids[0]!)
    t.match(run, { ...throttled, source: { throttled: 1 } })
    const { status, nextRunAt } = (await host.call('GET', `/v1/installations/${ids[0]}`)).body
    t.equal(status, 'running')
    t.ok(Date.parse(nextRunAt) - Date.now() > 550_000)
    t.match(await host.run(ids[1]!), throttled)
    const sent = host.vendor.requests.length
    t.ok(sent <= 2, `one tick's requests and no more: the account is held for all its installations (${sent})`)
    t.equal(storm.hits, sent)
  })

  t.test(`fault 10, ${kind.title}: a storm of 429 without Retry-After is met with pauses and few requests`, async t => {
    const host = await open(t)
    const { id } = await host.install(kind.customers)
    const storm = host.vendor.fail({ kind: 'rateLimit' })
    host.vendor.resetLog()
    const begun = performance.now()
    const run = await host.run(id)
    t.match(run, throttled)
    t.ok(host.vendor.requests.length <= 10, `${host.vendor.requests.length} requests`)
    t.equal(run.source.throttled, storm.hits)
    storm.clear()
    if (kind.throttlePauseMs > 10_000) {
      const { nextRunAt } = (await host.call('GET', `/v1/installations/${id}`)).body
      t.ok(Date.parse(nextRunAt) - Date.now() > kind.throttlePauseMs - 10_000, 'the account is left alone that long')
      t.ok(host.vendor.requests.length <= 2)
    } else {
      t.ok(performance.now() - begun >= 4000, 'a second between two calls at least')
      t.match(await host.run(id), { status: 'succeeded' })
    }
  })

  for (const status of [500, 502, 503]) {
    t.test(`fault 11, ${kind.title}: a storm of ${status} ends the run, is not hammered, and is caught up`, async t => {
      const host = await open(t)
      const { id } = await host.install(kind.customers)
      host.vendor.people.addCustomer('Came in the Storm')
      const storm = host.vendor.fail({ kind: 'status', status })
      host.vendor.resetLog()
      const run = await host.run(id)
      t.match(run, { status: 'failed', error: { code: 'HOST_ERR_SOURCE_UNAVAILABLE' } })
      const sent = host.vendor.requests.length
      t.ok(sent <= 12, `${sent} requests`)
      const { nextRunAt } = (await host.call('GET', `/v1/installations/${id}`)).body
      t.ok(Date.parse(nextRunAt) - Date.parse(run.endedAt) > 5000, 'seconds pass before it is tried again')
      await pause(1500)
      // Unless the machine stood still for so long that its time has come.
      if (Date.now() < Date.parse(nextRunAt)) t.equal(host.vendor.requests.length, sent)
      storm.clear()
      t.match(await host.run(id), { status: 'succeeded', counts: { created: 1 } })
    })
  }

  for (const fault of [{ kind: 'hang' }, { kind: 'drip', everyMs: 200 }] as const) {
    t.test(
      `fault 2, ${kind.title}: while a run is let ${fault.kind}, the lease is kept, others run and it can be stopped`,
      async t => {
        const host = await open(t, undefined, { LEASE_TTL: '6s' })
        const spell = host.vendor.fail({ ...fault, ...scanned, times: 1 })
        const { id } = await installOver(host, host.vendor)
        await host.until(`/v1/installations/${id}`, ({ currentRun }) => currentRun !== null && spell.hits === 1)
        const other = await installOver(host, host.vendor, [kind.customers], 'other')
        await pause(7500)
        const { currentRun } = (await host.call('GET', `/v1/installations/${id}`)).body
        t.equal(currentRun?.status, 'running', 'longer than its lease, which it renews')
        await host.until(`/v1/installations/${other.id}`, ({ lastRun }) => lastRun?.status === 'succeeded', 'other')

        t.equal((await host.call('POST', `/v1/installations/${id}/stop`)).body.status, 'stopped')
        // Had the stop waited for the vendor, the run would have come to an end of its own.
        const cut = { status: 'interrupted', error: { code: 'HOST_ERR_INTERRUPTED' } }
        t.match((await host.call('GET', `/v1/runs/${currentRun.id}`)).body, cut)
        await host.call('POST', `/v1/installations/${id}/start`)
        const back = await host.until(`/v1/installations/${id}`, ({ lastRun }) => lastRun?.status === 'succeeded')
        t.equal(back.counts.active, host.vendor.oracle.customers().length)
      }
    )
  }
}
