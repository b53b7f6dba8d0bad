/** The connector under the whole host: what passes, polls and look-ups of it amount to. */
import t, { type Test } from 'tap'
import { quietTickTogether } from '../../bad-days/joint-tick.ts'
import { startVendor } from '../../bad-days/vendor.ts'
import { openWholeHost, type WholeHost } from '../../bad-days/whole-host.ts'
import { type ConnectWiseOptions, demoAccount, tinyIds } from '../../doubles/connectwise/index.ts'

t.jobs = 4

async function open(t: Test, options: ConnectWiseOptions = {}, env: Record<string, string> = {}) {
  const vendor = await startVendor(t, options)
  const host = await openWholeHost(t, { vendor, env })
  const { ids } = await host.install('active-customers', 'active-agreements')
  const [customers, agreements] = ids as [string, string]
  return { host, vendor, customers, agreements }
}

const clientOf = async ({ all }: WholeHost, externalId: number) =>
  (await all(`/v1/clients?externalId=${externalId}`))[0]
const agreementOf = async ({ all }: WholeHost, externalId: number) =>
  (await all('/v1/agreements')).find(one => one.externalId === String(externalId) && one.status !== 'gone')

t.test('what is stored is what the account has, of both sync types, and a compare finds nothing to change', async t => {
  const { host, vendor, customers, agreements } = await open(t, { account: demoAccount(3, 200, { rich: true }) })
  const listed = await host.all('/v1/agreements')
  const expected = vendor.oracle.agreements()
  t.ok(expected.length > 100)
  t.equal(listed.length, expected.length)
  for (const { externalId, overallCost, vendors, status, parentId, billedOnce, endDate } of expected) {
    const stored = listed.find(one => one.externalId === externalId)
    t.match(stored, { overallCost, vendors, status, parentId, billedOnce, endDate }, `agreement ${externalId}`)
  }
  t.equal((await host.all('/v1/clients?status=active')).length, vendor.oracle.customers().length)
  for (const id of [customers, agreements])
    t.match(await host.run(id, 'compare'), {
      status: 'succeeded',
      counts: { created: 0, updated: 0, setAside: 0, gone: 0, inactivated: 0, held: 0 }
    })
})

t.test('a quiet tick of both sync types is four requests', async t => {
  const { host, customers, agreements } = await open(t, { account: demoAccount(7, 60) }, { SYNC_EVERY: '3s' })
  t.ok(await quietTickTogether(host, [customers, agreements], 4))
})

t.test('B4: an agreement that is given to another company moves with the poll that sees it', async t => {
  const { host, vendor, agreements } = await open(t)
  const [from, to] = [tinyIds['active customer'], tinyIds['customer and partner']]
  vendor.addAgreement({ companyId: from, name: 'Stays' })
  t.match(await host.run(agreements), { status: 'succeeded' })
  vendor.updateAgreement(101, { companyId: to })
  t.match(await host.run(agreements), { status: 'succeeded' })
  const target = await clientOf(host, to)
  const moved = (await host.all('/v1/agreements')).filter(({ externalId }) => externalId === '101')
  t.same(
    moved.filter(({ status }) => status !== 'gone').map(({ clientId }) => clientId),
    [target.id]
  )
})

t.test(
  'an addition that changes is seen by the rotation, one that goes takes its cost along after a second look',
  async t => {
    const { host, vendor, agreements } = await open(t)
    const costOf = async () => (await agreementOf(host, 101)).overallCost
    const { id } = vendor.addAddition({
      agreementId: 101,
      quantity: 1,
      unitPrice: 50,
      effectiveDate: '2024-01-01T00:00:00Z'
    })
    const cost = await costOf()
    t.match(await host.run(agreements), { counts: { updated: 1 }, oldestLookSeconds: 0 })
    t.equal(await costOf(), (Number(cost) + 50).toFixed(2))
    vendor.removeAddition(id)
    t.match(await host.run(agreements), { status: 'succeeded', took: { costs: 1 } })
    t.equal(await costOf(), cost)
  }
)

t.test('A3: additions that are hidden wait for a person, and the ticks beside them are quiet', async t => {
  const { host, vendor, agreements } = await open(t, { account: demoAccount(3, 60) })
  const before = await host.all('/v1/agreements')
  vendor.hide('additions')
  t.match(await host.run(agreements, 'compare'), { status: 'succeeded', took: {} })
  t.same(
    (await host.all('/v1/agreements')).map(({ overallCost, vendors }) => [overallCost, vendors]),
    before.map(({ overallCost, vendors }) => [overallCost, vendors])
  )
  t.match((await host.call('GET', `/v1/installations/${agreements}`)).body, { status: 'awaiting-approval' })
  // Each agreement is met once more by the rotation; then it is known.
  for (let tick = 0; tick < 6; tick++) await host.run(agreements)
  vendor.resetLog()
  t.match(await host.run(agreements), { counts: { read: 0 }, source: { requests: 3 } })
})

t.test('A8: the cost of an agreement whose additions cannot be read stays', async t => {
  const { host, vendor, customers, agreements } = await open(t)
  const { overallCost } = await agreementOf(host, 101)
  vendor.fail({ kind: 'badRecord', table: 'additions', parent: 101, status: 500, sparesIds: false })
  t.match(await host.run(agreements, 'compare'), { status: 'succeeded', took: {}, counts: { gone: 0, held: 0 } })
  t.match(await agreementOf(host, 101), { overallCost, status: 'active' })
  vendor.updateAgreement(101, { name: 'Renamed' })
  t.match(await host.run(agreements), { status: 'succeeded' })
  t.match(await agreementOf(host, 101), { overallCost, contractName: 'Renamed' })
  t.match(await host.run(customers), { counts: { read: 0 } })
})

t.test('contacts that became inactive are an edit, however many did so', async t => {
  const { host, vendor, customers } = await open(t, { account: demoAccount(3, 60) })
  const addresses = async () => (await host.all('/v1/clients')).flatMap(({ emails }) => emails).length
  const before = await addresses()
  const { companies, contacts } = vendor.data
  for (const company of companies.scan({})) {
    const active = contacts.children(company).filter(id => !contacts.get(id)!.inactiveFlag)
    const withMail = active.filter(id => JSON.stringify(contacts.get(id)).includes('"Email"'))
    // Silently, as the vendor does not say when; one that keeps an address stays.
    for (const id of withMail.slice(1)) contacts.put({ ...contacts.get(id)!, inactiveFlag: true })
  }
  t.match(await host.run(customers, 'compare'), { status: 'succeeded', counts: { held: 0 } })
  const expected = vendor.oracle.customers().flatMap(({ emails }) => emails).length
  t.ok(expected < before - 5, `${expected} of ${before}`)
  t.equal(await addresses(), expected)
})

t.test('B2: after a merge the survivor has the agreements, each once', async t => {
  const { host, vendor, customers, agreements } = await open(t)
  vendor.merge(tinyIds['active customer'], tinyIds['customer and partner'])
  for (const id of [customers, agreements]) t.match(await host.run(id, 'compare'), { status: 'succeeded' })
  const live = (await host.all('/v1/agreements')).filter(({ status }) => status !== 'gone')
  t.equal(new Set(live.map(({ externalId }) => externalId)).size, live.length)
  t.match(await clientOf(host, tinyIds['active customer']), { status: 'gone' })
  const survivor = await clientOf(host, tinyIds['customer and partner'])
  t.equal(live.find(({ externalId }) => externalId === '101')?.clientId, survivor.id)
})
