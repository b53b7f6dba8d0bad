import t from 'tap'
import { demoAccount } from '../doubles/connectwise/index.ts'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { openStoreProxy } from '../plugins/storage/mongodb/store-proxy.ts'
import { busyMachineMs, openFleet, until } from './fleet.ts'
import { install, runAll, settle } from './installed.ts'
import { startVendor } from './vendors.ts'
import { isWhole } from './wholeness.ts'

t.setTimeout(busyMachineMs)

const inserts = { command: 'insert', collection: 'clients' }
const updates = { command: 'update', collection: 'clients' }

t.test('what a frozen host had sent and what arrives after the takeover changes nothing', needsStore, async t => {
  const vendor = await startVendor(t, { account: demoAccount(1, 60), latencyMs: 10 })
  const url = freshUrl(t)
  const proxy = await openStoreProxy(t, url)
  const fleet = openFleet(t, url, [vendor])
  const [frozen, other] = await Promise.all([fleet.start('frozen', { storeUrl: proxy.url }), fleet.start('other')])
  const lostRuns = () => frozen.logged().filter(({ msg }) => msg === 'run ended without an outcome').length
  const toNotice = (before: number) =>
    until(
      () => lostRuns() > before,
      () => 'the frozen host to notice'
    )

  // The other host must not be the one that claims.
  other.signal('SIGSTOP')
  const sentInserts = proxy.hold(inserts, 'before')
  const installed = await install(frozen, 'acme', vendor, ['active-customers'])
  const lateInserts = await sentInserts
  const lostBefore = lostRuns()
  frozen.signal('SIGSTOP')
  other.signal('SIGCONT')
  await settle(other, [installed])
  vendor.updateCompany(12, { name: 'Changed after the takeover' })
  await runAll(other, [installed], 'sync')
  const first = await other.all('/v1/clients', 'acme')
  lateInserts.release()
  frozen.signal('SIGCONT')
  await toNotice(lostBefore)
  t.strictSame(await other.all('/v1/clients', 'acme'), first)
  await isWhole(t, other, installed, vendor)

  other.signal('SIGSTOP')
  for (const id of vendor.data.companies.scan({})) vendor.updateCompany(id, { addressLine2: 'Before the freeze' })
  const sentUpdates = proxy.hold(updates, 'before')
  await frozen.call('POST', `/v1/installations/${installed.ids[0]}/compare`, undefined, 'acme')
  const lateUpdates = await sentUpdates
  const lostSince = lostRuns()
  frozen.signal('SIGSTOP')
  for (const id of vendor.data.companies.scan({})) vendor.updateCompany(id, { addressLine2: 'After the freeze' })
  other.signal('SIGCONT')
  const isDone = async () => {
    const { body } = await other.call('GET', `/v1/installations/${installed.ids[0]}`, undefined, 'acme')
    return !body.currentRun && body.lastRun.mode === 'compare' && body.lastRun.status === 'succeeded'
  }
  await until(isDone, () => 'the other host to take over')
  const second = await other.all('/v1/clients', 'acme')
  lateUpdates.release()
  frozen.signal('SIGCONT')
  await toNotice(lostSince)
  t.strictSame(await other.all('/v1/clients', 'acme'), second)
  await isWhole(t, other, installed, vendor)
})
