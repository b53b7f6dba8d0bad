/** One tenant with every vendor on several hosts: what is one vendor's stays its own when a host dies. */
import { setTimeout as wait } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'
import { openStoreProxy } from '../plugins/storage/mongodb/store-proxy.ts'
import { equalsTheVendor } from '../vendors/as-stored.ts'
import { kinds } from '../vendors/every.ts'
import type { TestVendor } from '../vendors/vendor.ts'
import { busyMachineMs, type HostProcess, openFleet, until } from './fleet.ts'
import { allEnded, askAll, type Installed, install, runAll, settle } from './installed.ts'
import { overlaps, syncTypeOf, type VendorCalls, watchVendors } from './vendor-calls.ts'

const leaseMs = 6000
const tenant = 'acme'

t.setTimeout(busyMachineMs)

interface Opened {
  readonly calls: VendorCalls
  readonly vendors: readonly TestVendor[]
  readonly installed: readonly Installed[]
  /** Has done all so far. */
  readonly first: HostProcess
  /** Stands still until it is told to go on, so that it is not the one that claims. */
  readonly second: HostProcess
}

/** Every vendor with both sync types in one tenant, synced by the first of two hosts. */
async function openBoth(t: Test, url: string, firstUrl = url): Promise<Opened> {
  const calls = watchVendors(t)
  const vendors = await Promise.all(kinds.map(kind => kind.start(t, { account: 200 })))
  const fleet = openFleet(t, url, vendors, { LEASE_TTL: `${leaseMs}ms` })
  const [first, second] = await Promise.all([fleet.start('first', { storeUrl: firstUrl }), fleet.start('second')])
  second.signal('SIGSTOP')
  const installed: Installed[] = []
  for (const vendor of vendors)
    installed.push(await install(first, tenant, vendor, [vendor.kind.customers, vendor.kind.agreements]))
  await settle(first, installed)
  return { calls, vendors, installed, first, second }
}

async function isWhole(t: Test, host: HostProcess, { vendors, installed }: Opened): Promise<void> {
  for (const [at, vendor] of vendors.entries()) {
    const { connectionId } = installed[at]!
    const clients = await host.all(`/v1/clients?connectionId=${connectionId}`, tenant)
    const ids = clients.map(({ sources }) => sources[0].externalId)
    t.equal(new Set(ids).size, ids.length, `no client of ${vendor.kind.title} is there twice`)
    await equalsTheVendor(t, host, vendor, { tenant, connectionId })
  }
}

t.test(
  'a host that is killed in runs of every vendor in one tenant is followed by another in each',
  needsStore,
  async t => {
    const opened = await openBoth(t, freshUrl(t))
    const { calls, vendors, installed, first, second } = opened
    for (const { people, oracle, setLatency } of vendors) {
      const id = people.addCustomer('Came before the kill')
      people.addAgreement(id, 'Came along', 12)
      people.rename(oracle.customers()[0]!.externalId, 'Renamed before the kill')
      setLatency(300)
    }
    const askedAt = performance.now()
    const asked = await askAll(first, installed, 'compare')
    const isInMidRun = (vendor: TestVendor) =>
      calls.from(first, vendor).some(call => call.at > askedAt && syncTypeOf(call) && call.endedAt === Infinity)
    await until(
      () => vendors.every(isInMidRun),
      () => 'runs of every vendor to be under way'
    )
    first.signal('SIGKILL')
    for (const { people } of vendors) people.addCustomer('Came after the kill')
    second.signal('SIGCONT')
    await allEnded(second, asked)
    await runAll(second, installed, 'sync')
    await isWhole(t, second, opened)
    for (const [at, vendor] of vendors.entries()) {
      const { title } = vendor.kind
      t.ok(
        calls.from(second, vendor).some(call => syncTypeOf(call) !== undefined),
        `${title}: another host went on`
      )
      const runs = await Promise.all(installed[at]!.ids.map(id => second.all(`/v1/installations/${id}/runs`, tenant)))
      t.ok(
        runs.flat().some(({ status }) => status === 'interrupted'),
        `${title}: a run was cut`
      )
      t.strictSame(
        calls.all.filter(({ account, status }) => vendor.url.endsWith(account) && status >= 400),
        [],
        `${title} refused nothing`
      )
    }
    t.strictSame(overlaps(calls.all), [], 'no two hosts called for one installation at the same time')
  }
)

/** What the vendor has refused, from whichever host. */
const refused = ({ all }: VendorCalls, vendor: TestVendor) =>
  all.filter(({ account, status }) => status === 401 && vendor.url.endsWith(account))

/** A person types the secret that counts: both sync types go on, which a locked user could not. */
async function typeAnew(t: Test, opened: Opened, at: number, credentials: object): Promise<void> {
  const { second, installed } = opened
  const { connectionId } = installed[at]!
  const typed = await second.call('PATCH', `/v1/connections/${connectionId}`, { credentials }, tenant)
  t.equal(typed.status, 200, typed.text)
  await runAll(second, installed, 'compare')
  await isWhole(t, second, opened)
}

for (const [at, { title }] of [...kinds.entries()].filter(([, { locksAccounts }]) => locksAccounts)) {
  t.test(`a login of ${title} that a host had refused is not sent by the one that follows it`, needsStore, async t => {
    const opened = await openBoth(t, freshUrl(t))
    const { calls, vendors, installed, first, second } = opened
    const vendor = vendors[at]!
    const { kind } = vendor
    const [customers, agreements] = installed[at]!.ids as [string, string]
    const url = (id: string) => `/v1/installations/${id}`

    // One sync type is in the middle of a run while the other one is refused.
    const { agreements: endpoint } = kind.endpoints
    const silence = vendor.fail({ kind: 'hang', endpoint, operation: 'list', pageSizeFrom: kind.fullPage, times: 1 })
    await first.call('POST', `${url(agreements)}/compare`, undefined, tenant)
    await until(
      () => silence.hits === 1,
      () => 'the run to be in the middle'
    )
    const secret = vendor.changeSecret()
    await first.call('POST', `${url(customers)}/sync`, undefined, tenant)
    await first.until(url(customers), ({ status }) => status === 'needs-attention', tenant)
    t.ok((await first.call('GET', url(agreements), undefined, tenant)).body.currentRun, 'its lease is held')
    const before = refused(calls, vendor).length
    first.signal('SIGKILL')
    second.signal('SIGCONT')

    await second.until(url(agreements), ({ currentRun }) => currentRun === null, tenant)
    const others = installed.filter((_, index) => index !== at)
    await runAll(second, others, 'compare')
    await wait(leaseMs)
    t.strictSame(calls.from(second, vendor), [], 'nothing at all is asked of this vendor, whatever is due')
    t.equal(before, 1)
    for (const id of [customers, agreements])
      t.match((await second.call('GET', url(id), undefined, tenant)).body, { status: 'needs-attention' })
    await typeAnew(t, opened, at, secret)
    t.equal(refused(calls, vendor).length, 1)
  })

  t.test(
    `a host that is killed before it could note a refused login of ${title} costs one more, not the lock`,
    needsStore,
    async t => {
      const storeUrl = freshUrl(t)
      const proxy = await openStoreProxy(t, storeUrl)
      const opened = await openBoth(t, storeUrl, proxy.url)
      const { calls, vendors, installed, first, second } = opened
      const vendor = vendors[at]!
      const [customers] = installed[at]!.ids as [string, string]
      const url = `/v1/installations/${customers}`

      const secret = vendor.changeSecret()
      const noted = proxy.hold({ command: 'update', collection: 'connections', says: ['trouble'] }, 'before')
      await first.call('POST', `${url}/sync`, undefined, tenant)
      await noted
      first.signal('SIGKILL')
      t.equal(refused(calls, vendor).length, 1)
      second.signal('SIGCONT')
      await second.until(url, ({ status }) => status === 'needs-attention', tenant)
      await runAll(
        second,
        installed.filter((_, index) => index !== at),
        'sync'
      )
      await wait(2 * leaseMs)
      t.equal(calls.from(second, vendor).filter(({ status }) => status === 401).length, 1, 'it finds out for itself')
      await typeAnew(t, opened, at, secret)
      t.equal(refused(calls, vendor).length, 2)
    }
  )
}
