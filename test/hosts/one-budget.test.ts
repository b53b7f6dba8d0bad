import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { account, startAcmeDesk, token } from '../connectors/acme-desk/server.ts'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, openFleet, until } from './fleet.ts'
import { install, settle } from './installed.ts'
import { watchVendors } from './vendor-calls.ts'
import { startVendor } from './vendors.ts'

/** Requests on their way, and those that a host had paid for before it could know of the hold: it gives them up after 5 s. */
const paidBeforehandMs = 7000
const holdMs = 15_000
/** The host may read a 429 before the vendor knows that it has left, so its hold may end as much earlier. */
const readEarlierMs = 3000

t.setTimeout(busyMachineMs)

t.test('two hosts together send a vendor account no more than its rate', needsStore, async t => {
  const calls = watchVendors(t)
  const accounts = Array.from({ length: 60 }, (_, index) => account(`a${100 + index}`, `Account ${index}`))
  const desk = await startAcmeDesk(new Map(accounts.map(one => [one.id, one])))
  t.teardown(desk.close)
  const env = { CONNECTORS: join(import.meta.dirname, 'slow-desk'), SYNC_CONCURRENCY: '2' }
  const fleet = openFleet(t, freshUrl(t), [desk], env)
  const hosts = await Promise.all([fleet.start('one'), fleet.start('two')])

  const perMs = 40 / 2000
  const atOnce = 4
  const began = performance.now()
  // Four tenants that connect the same account: the vendor counts them as one.
  const installed = await Promise.all(
    ['a', 'b', 'c', 'd'].map(async (tenant, index) => {
      const order = { credentials: { token, region: desk.url }, syncTypes: ['active-accounts'] }
      const { status, body, text } = await hosts[index % 2]!.call(
        'POST',
        '/v1/integrations/slow-desk/install',
        order,
        tenant
      )
      t.equal(status, 201, text)
      return { tenant, connectionId: body.connectionId, ids: [body.installations[0].id], syncTypes: order.syncTypes }
    })
  )
  await settle(hosts[0]!, installed)
  t.ok(
    hosts.every(host => calls.from(host).length > 20),
    'both had a part in it'
  )
  t.ok(calls.all.length > 120, `${calls.all.length} requests`)
  const early = calls.all.filter(({ at }, index) => index + 1 > atOnce + (at - began) * perMs)
  t.strictSame(early, [], 'at no moment were more sent than the rate and its burst allow')
  t.comment(`${calls.all.length} requests in ${(calls.all.at(-1)!.at - began) / 1000} s, at 20 a second`)
})

t.test('a 429 that one host meets holds all', needsStore, async t => {
  const calls = watchVendors(t)
  const vendor = await startVendor(t, { account: demoAccount(1, 120), latencyMs: 100, bundles: false })
  const fleet = openFleet(t, freshUrl(t), [vendor], { SYNC_CONCURRENCY: '1' })
  const hosts = await Promise.all([fleet.start('one'), fleet.start('two')])
  const installed = []
  for (const [index, host] of hosts.entries()) {
    installed.push(await install(host, `tenant-${index}`, vendor, ['active-agreements']))
  }
  const additionsOf = (host: { name: string }) => calls.from(host).filter(({ path }) => path.includes('/additions'))
  await until(
    () => hosts.every(host => additionsOf(host).length > 2),
    () => 'both hosts to be reading'
  )
  vendor.fail({ kind: 'rateLimit', retryAfter: holdMs / 1000, times: 1 })
  await until(
    () => calls.all.some(({ status }) => status === 429),
    () => 'the 429'
  )
  const met = calls.all.find(({ status }) => status === 429)!
  await wait(holdMs)
  const since = calls.all.map(({ host, at }) => ({ host, ms: Math.round(at - met.endedAt) }))
  const during = since.filter(({ ms }) => ms > 0 && ms < holdMs - readEarlierMs)
  t.comment(`of the hold of ${met.host}: ${during.map(({ host, ms }) => `${host} ${ms} ms`).join(', ')}`)
  t.strictSame(
    during.filter(({ ms }) => ms > paidBeforehandMs),
    [],
    'no host asks anything during the hold'
  )
  await settle(hosts[0]!, installed)
})
