import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { bigAccount, demoAccount } from '../doubles/connectwise/index.ts'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { busyMachineMs, openFleet, until } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { overlaps, syncTypeOf, watchVendors } from './vendor-calls.ts'
import { startVendor, startVendors } from './vendors.ts'
import { isWhole } from './wholeness.ts'

const leaseMs = 6000

t.setTimeout(busyMachineMs)

t.test('three hosts under SIGKILL and SIGSTOP lose no record and double none', needsStore, async t => {
  const calls = watchVendors(t)
  // The last account is read in two pages.
  const large = await startVendor(t, { account: bigAccount({ companies: 1320, contactsPerCompany: 1 }), latencyMs: 80 })
  const vendors = [...(await startVendors(t, 5, 80)), large]
  const fleet = openFleet(t, freshUrl(t), vendors, { LEASE_TTL: `${leaseMs}ms`, SYNC_CONCURRENCY: '3' })
  const hosts = await Promise.all(['killed', 'frozen', 'steady', 'killed-again'].map(name => fleet.start(name)))
  const [killed, frozen, steady, killedAgain] = hosts
  killedAgain!.signal('SIGSTOP')
  const isInMidPage = (name: string, since = 0) => {
    const isSo = () => calls.all.some(call => call.host === name && call.at > since && syncTypeOf(call) !== undefined)
    return until(isSo, () => `${name} to be in the middle of a page`)
  }

  const installing = Promise.all(
    vendors.map((vendor, index) => {
      const syncTypes = vendor === large ? ['active-customers'] : ['active-customers', 'active-agreements']
      return install([killed, frozen, steady][index % 3]!, `tenant-${index}`, vendor, syncTypes)
    })
  )
  const [installed] = await Promise.all([installing, isInMidPage('killed'), isInMidPage('frozen')])
  killed!.signal('SIGKILL')
  frozen!.signal('SIGSTOP')
  const frozenAt = performance.now()
  await settle(steady!, installed)
  t.ok(performance.now() > frozenAt + leaseMs, 'the frozen host lies past its lease')

  for (const vendor of vendors) {
    vendor.updateCompany(11, { name: 'Changed while a host was frozen' })
    vendor.addCompany({ name: 'Came while a host was frozen' })
    vendor.setStatus(12, 2)
    vendor.deleteCompany(13)
  }
  killedAgain!.signal('SIGCONT')
  const round = performance.now()
  const asked = runAll(steady!, installed, 'compare')
  await isInMidPage('killed-again', round)
  killedAgain!.signal('SIGKILL')
  await asked

  const before = await Promise.all(installed.map(({ tenant }) => steady!.all('/v1/clients', tenant)))
  frozen!.signal('SIGCONT')
  const continuedAt = performance.now()
  await until(
    async () => (await frozen!.call('GET', '/health/ready')).status === 200,
    () => 'the frozen host to answer'
  )
  await wait(leaseMs)
  t.strictSame(
    calls.from(frozen!).filter(({ at }) => at > continuedAt),
    [],
    'a host that was frozen past its lease asks the vendor nothing more'
  )
  const after = await Promise.all(installed.map(({ tenant }) => steady!.all('/v1/clients', tenant)))
  t.strictSame(after, before, 'nor does it change a client')

  await runAll(frozen!, installed, 'sync')
  for (const [index, vendor] of vendors.entries()) await isWhole(t, steady!, installed[index]!, vendor)
  t.strictSame(overlaps(calls.all), [], 'no two hosts ever called for one installation at the same time')
})

t.test(
  'a host that wakes up past its lease asks the vendor nothing, though it had paid for requests',
  needsStore,
  async t => {
    const calls = watchVendors(t)
    const vendor = await startVendor(t, { account: demoAccount(1, 60), latencyMs: 400, bundles: false })
    const fleet = openFleet(t, freshUrl(t), [vendor], { LEASE_TTL: '2s' })
    const host = await fleet.start('frozen')
    const installed = await install(host, 'acme', vendor, ['active-agreements'])
    const additions = () => calls.from(host).filter(({ path }) => path.includes('/additions?'))
    await until(
      () => additions().length > 9,
      () => 'the run to be in the middle of a page'
    )
    host.signal('SIGSTOP')
    // Past the lease, and before what was paid for is given up.
    await wait(3000)
    const before = calls.all.length
    host.signal('SIGCONT')
    const hasNoticed = () => host.logged().some(({ msg }) => msg === 'run ended without an outcome')
    await until(hasNoticed, () => 'the host to notice')
    const first = calls.all.slice(before)
    vendor.setLatency(10)
    await settle(host, [installed])
    t.strictSame(
      first.filter(({ path }) => path.includes('/additions?')),
      []
    )
    await isWhole(t, host, installed, vendor)
  }
)
