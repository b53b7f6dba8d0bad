import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { openStoreProxy } from '../plugins/storage/mongodb/store-proxy.ts'
import { busyMachineMs, openFleet, until } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { overlaps, syncTypeOf, watchVendors } from './vendor-calls.ts'
import { startVendor } from './vendors.ts'
import { isWhole } from './wholeness.ts'

const leaseMs = 4500

t.setTimeout(busyMachineMs)

t.test(
  'a host cut off from the store stops calling before its lease ends, and another goes on',
  needsStore,
  async t => {
    const calls = watchVendors(t)
    // One question for each agreement: for a long while the run needs the vendor alone.
    const vendor = await startVendor(t, { account: demoAccount(1, 60), latencyMs: 500, bundles: false })
    const url = freshUrl(t)
    const proxy = await openStoreProxy(t, url)
    const fleet = openFleet(t, url, [vendor], { LEASE_TTL: `${leaseMs}ms` })
    const [cut, other] = await Promise.all([fleet.start('cut', { storeUrl: proxy.url }), fleet.start('other')])
    // The other host must not be the one that claims.
    other.signal('SIGSTOP')
    const installed = await install(cut, 'acme', vendor, ['active-agreements'])
    const additions = () => calls.from(cut).filter(({ path }) => path.includes('/additions?'))
    await until(
      () => additions().length > 3,
      () => 'the run to be in the middle of a page'
    )
    proxy.cut()
    const cutAt = performance.now()
    other.signal('SIGCONT')
    const taken = await calls.next(call => call.host === 'other' && syncTypeOf(call) !== undefined)
    vendor.setLatency(10)

    t.ok(
      calls.from(cut).some(({ at }) => at > cutAt),
      'it went on with what it had paid for'
    )
    const last = Math.max(...calls.from(cut).map(({ at }) => at))
    t.comment(
      `last call ${Math.round(last - cutAt)} ms after the cut, taken over after ${Math.round(taken.at - cutAt)} ms`
    )
    t.ok(last < cutAt + leaseMs, 'it stopped before its lease could end')
    t.equal((await cut.call('GET', '/health/live')).status, 200)
    t.equal((await cut.call('GET', '/health/ready')).status, 503)
    await settle(other, [installed])
    t.strictSame(
      calls.from(cut).filter(({ at }) => at > last),
      [],
      'it asked nothing more while it was cut off'
    )

    proxy.heal()
    await until(
      async () => (await cut.call('GET', '/health/ready')).status === 200,
      () => 'the host to be ready again'
    )
    other.signal('SIGSTOP')
    await runAll(cut, [installed], 'compare')
    t.ok(
      calls.from(cut).some(({ at }) => at > last),
      'once healed it takes its part again'
    )
    other.signal('SIGCONT')
    await isWhole(t, other, installed, vendor)
    t.strictSame(overlaps(calls.all), [])
  }
)
