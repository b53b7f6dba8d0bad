import { join } from 'node:path'
import t from 'tap'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { equalsTheVendor } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import { busyMachineMs, openFleet, until } from './fleet.ts'
import { allEnded, askAll, install, runAll, settle } from './installed.ts'
import { overlaps, syncTypeOf, watchVendors } from './vendor-calls.ts'

const tenant = 'acme'

t.setTimeout(busyMachineMs)

t.test(
  'fault 46: two hosts whose clocks are five minutes apart share leases and miss no change',
  needsStore,
  async t => {
    const calls = watchVendors(t)
    const vendors = await Promise.all(
      kinds.map(kind => kind.start(t, { account: 60, latencyMs: 40, now: () => new Date() }))
    )
    const fleet = openFleet(t, freshUrl(t), vendors, { SYNC_EVERY: '1s' })
    const [ahead, right] = await Promise.all([
      fleet.start('ahead', { preload: [join(import.meta.dirname, 'ahead-of-time.ts')] }),
      fleet.start('right')
    ])
    const installed = await Promise.all(
      vendors.map((vendor, at) =>
        install([ahead, right][at % 2]!, tenant, vendor, [vendor.kind.customers, vendor.kind.agreements])
      )
    )
    await settle(right, installed)
    const clocks = [ahead, right].map(host => Date.parse(host.logged().at(-1)!.time))
    t.ok(clocks[0]! - clocks[1]! > 240_000, 'their clocks are apart')

    // Whoever polls next, and by whichever clock the one before did, finds what was changed since.
    const taking = () => [ahead, right].every(host => calls.from(host).some(({ at }) => at > changedAt))
    let changedAt = performance.now()
    for (let round = 0; round < 20 && (round < 4 || !taking()); round++) {
      if (round === 0) changedAt = performance.now()
      for (const [at, { people, oracle }] of vendors.entries()) {
        const { externalId } = oracle.customers()[0]!
        people.rename(externalId, `Renamed ${round}`)
        const url = `/v1/clients?connectionId=${installed[at]!.connectionId}&externalId=${externalId}`
        await right.until(url, ({ items }) => items[0]?.name === `Renamed ${round}`, tenant)
      }
    }
    t.ok(taking(), 'both hosts have polled')
    t.strictSame(overlaps(calls.all), [], 'a lease ends for both at one time')

    // A lease of the one ends for the other when it ends; five minutes later nobody would wait any more.
    right.signal('SIGSTOP')
    for (const vendor of vendors) vendor.setLatency(300)
    const asked = await askAll(ahead, installed, 'compare')
    const askedAt = performance.now()
    await until(
      () =>
        calls.all.some(
          call => call.host === 'ahead' && call.at > askedAt && syncTypeOf(call) && call.endedAt === Infinity
        ),
      () => 'a run to be under way'
    )
    ahead.signal('SIGKILL')
    right.signal('SIGCONT')
    await allEnded(right, asked)
    await runAll(right, installed, 'sync')
    for (const [at, vendor] of vendors.entries())
      await equalsTheVendor(t, right, vendor, { tenant, connectionId: installed[at]!.connectionId })
  }
)
