/** The connector under the whole host: what passes, polls and look-ups of it amount to. */
import t, { type Test } from 'tap'
import { quietTickTogether } from '../../bad-days/joint-tick.ts'
import { openWholeHost, type WholeHost } from '../../bad-days/whole-host.ts'
import { type AutotaskServer, demoAccount, tinyAccount, tinyContracts, tinyIds } from '../../doubles/autotask/index.ts'
import type { Installable } from '../../vendors/vendor.ts'
import { credentialsFor, type DatabaseOptions, startDatabase } from './instance.ts'

t.jobs = 3

interface Opened {
  readonly host: WholeHost<Installable>
  readonly vendor: AutotaskServer
  readonly customers: string
  readonly contracts: string
  readonly connectionId: string
}

interface Given extends DatabaseOptions {
  readonly env?: Record<string, string>
  readonly clock?: () => Date
}

async function open(t: Test, { env, clock, ...options }: Given = {}): Promise<Opened> {
  const { server, allow } = await startDatabase(t, options)
  const vendor = { connector: 'autotask', allow, credentials: credentialsFor(server) }
  const host = await openWholeHost(t, { vendor, ...(env && { env }), ...(clock && { now: clock }) })
  const { ids, connectionId } = await host.install('active-customers', 'active-contracts')
  const [customers, contracts] = ids as [string, string]
  return { host, vendor: server, customers, contracts, connectionId }
}

const clientOf = async ({ host }: Opened, externalId: number) =>
  (await host.all(`/v1/clients?externalId=${externalId}`))[0]
const contractOf = async ({ host }: Opened, externalId: number) =>
  (await host.all('/v1/agreements')).find(one => one.externalId === String(externalId))

t.test('what is stored is what the account has, of both sync types, and a compare finds nothing to change', async t => {
  const opened = await open(t, { account: demoAccount(2, 200) })
  const { host, vendor, customers, contracts } = opened
  const active = (await host.all('/v1/agreements')).filter(({ status }) => status === 'active')
  const expected = vendor.oracle.agreements()
  t.ok(expected.length > 50)
  t.equal(active.length, expected.length)
  for (const { externalId, overallCost, vendors, vendorName, contractName, currency, endDate } of expected) {
    const stored = active.find(one => one.externalId === externalId)
    t.match(stored, { overallCost, vendors, vendorName, contractName, currency, endDate }, `contract ${externalId}`)
  }
  const clients = await host.all('/v1/clients?status=active')
  t.strictSame(
    clients.map(({ name }) => name).toSorted(),
    vendor.oracle
      .customers()
      .map(({ name }) => name)
      .toSorted()
  )
  for (const id of [customers, contracts])
    t.match(await host.run(id, 'compare'), {
      status: 'succeeded',
      counts: { created: 0, updated: 0, setAside: 0, gone: 0, inactivated: 0, held: 0 }
    })
})

t.test('a quiet tick of both sync types is five requests', async t => {
  const { host, customers, contracts } = await open(t, {
    account: demoAccount(1, 60),
    env: { SYNC_EVERY: '3s' }
  })
  t.ok(await quietTickTogether(host, [customers, contracts], 5))
})

t.test('A9: contracts and contacts that a level hides wait for a person, while everything else goes on', async t => {
  const opened = await open(t, { account: demoAccount(3, 120) })
  const { host, vendor, customers, contracts } = opened
  const costs = async () =>
    (await host.all('/v1/agreements')).map(({ externalId, overallCost, status }) => [externalId, overallCost, status])
  const emails = async () => (await host.all('/v1/clients')).flatMap(one => one.emails).length
  const before = {
    costs: await costs(),
    emails: await emails(),
    clients: (await host.all('/v1/clients?status=active')).length
  }
  const hidings = [vendor.hide('Contracts'), vendor.hide('Contacts')]
  for (const id of [customers, contracts]) {
    t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
    t.match((await host.call('GET', `/v1/installations/${id}`)).body, { status: 'awaiting-approval' })
  }
  t.strictSame(
    { costs: await costs(), emails: await emails(), clients: (await host.all('/v1/clients?status=active')).length },
    before
  )
  const [first] = vendor.oracle.customers()
  vendor.updateCompany(Number(first!.externalId), { companyName: 'Renamed meanwhile' })
  t.match(await host.run(customers), { status: 'succeeded', counts: { updated: 1 } })
  for (const hiding of hidings) hiding.clear()
  for (const id of [customers, contracts]) {
    t.match(await host.run(id, 'compare'), { status: 'succeeded', took: {} })
    t.match((await host.call('GET', `/v1/installations/${id}`)).body, { status: 'running' })
  }
  t.strictSame(await costs(), before.costs)
})

for (const entity of ['ContractServices', 'ContractServiceUnits', 'Services'] as const)
  t.test(`A9: hidden ${entity} lower no cost`, async t => {
    const opened = await open(t, { account: demoAccount(5, 80) })
    const { host, vendor, contracts } = opened
    const costs = async () =>
      (await host.all('/v1/agreements')).map(({ externalId, overallCost, vendors }) => [
        externalId,
        overallCost,
        vendors
      ])
    const before = await costs()
    vendor.hide(entity)
    t.match(await host.run(contracts, 'compare'), { status: 'succeeded', took: {} })
    t.strictSame(await costs(), before)
  })

t.test('a refused login stops the connection, is sent once, and goes on when a person has typed anew', async t => {
  const opened = await open(t)
  const { host, vendor, customers, contracts, connectionId } = opened
  vendor.changeSecret(vendor.user.userName, 'Fake#Secret-0007')
  vendor.resetLog()
  const refused = () => vendor.requests.filter(({ status }) => status === 401).length
  await host.call('POST', `/v1/installations/${contracts}/sync`)
  await host.until(`/v1/installations/${contracts}`, ({ status }) => status === 'needs-attention')
  t.match(
    (await host.call('GET', `/v1/installations/${customers}`)).body,
    { status: 'needs-attention' },
    'both of them'
  )
  t.equal(refused(), 1)
  const { body, text } = await host.call('PATCH', `/v1/connections/${connectionId}`, {
    credentials: { ...credentialsFor(vendor), secret: 'Fake#Secret-0007' }
  })
  t.ok(body?.id === connectionId || body?.connectionId === connectionId, text)
  t.match(await host.run(contracts), { status: 'succeeded' })
  t.equal(refused(), 1)
  t.notOk(host.logged().includes('Fake#Secret'))
})

t.test(
  'field report C4: a database that moves to another zone is the same account, and so it is to another user of it',
  async t => {
    const opened = await open(t, { nextZone: '29' })
    const { host, vendor, customers, connectionId } = opened
    const ids = async () => (await host.all('/v1/clients')).map(({ id }) => id)
    const before = await ids()
    await vendor.moveTo('29')
    vendor.updateCompany(tinyIds['active customer'], { city: 'Sydney' })
    t.match(await host.run(customers), { status: 'succeeded', counts: { updated: 1 } })
    t.match(await clientOf(opened, tinyIds['active customer']), { address: { city: 'Sydney' } })
    const another = vendor.addUser({ userName: 'another@fernhollow.example', secret: 'Fake#Secret-0003' })
    const credentials = { ...another, zoneUrl: vendor.url }
    const anew = await host.call('POST', '/v1/integrations/autotask/install', {
      credentials,
      syncTypes: ['active-customers']
    })
    t.match(anew, { status: 409, body: { connectionId } })
    t.equal((await host.call('PATCH', `/v1/connections/${connectionId}`, { credentials })).status, 200)
    t.match(await host.run(customers, 'compare'), { status: 'succeeded', took: {} })
    t.strictSame(await ids(), before)
  }
)

t.test('with few calls left a run is postponed and nothing needs attention, while a person gets an answer', async t => {
  const opened = await open(t, { callsAnHour: 1000, slowdown: [] })
  const { host, vendor, contracts, connectionId } = opened
  vendor.spendCalls(1000 - vendor.callsUsed() - 30)
  t.match(await host.run(contracts, 'compare'), { status: 'postponed' })
  t.match((await host.call('GET', `/v1/installations/${contracts}`)).body, { status: 'running', statusReason: null })
  const explained = await host.call('POST', `/v1/installations/${contracts}/explain`, {
    externalId: String(tinyIds.prospect)
  })
  t.ok(explained.status === 200 || explained.status === 404, explained.text)
  t.ok(connectionId)
})

t.test(
  'what begins or ends by date is read again on that day, and an ended contract has a status of its own',
  async t => {
    const on = new Date()
    let clock = on
    const now = () => clock
    const opened = await open(t, { account: tinyAccount({ on }), now, clock: now })
    const { host, vendor, contracts } = opened
    const { recurring, 'time and materials': materials } = tinyContracts
    const [watch] = vendor.data.tables.ContractServices.children(recurring) as [number]
    const later = new Date(on.getTime() + 5 * 86_400_000)
    const before = (await contractOf(opened, recurring)).overallCost
    vendor.changeUnits(watch, 40, later)
    vendor.updateContract(materials, { endDate: new Date(on.getTime() + 4 * 86_400_000).toISOString() })
    t.match(await host.run(contracts, 'compare'), { status: 'succeeded' })
    t.equal((await contractOf(opened, recurring)).overallCost, before)
    t.match(await contractOf(opened, materials), { status: 'active' })
    clock = later
    t.match(await host.run(contracts), { counts: { updated: 1 }, took: {} })
    const expected = vendor.oracle.agreements().find(one => one.externalId === String(recurring))!.overallCost!
    t.not(expected, before)
    t.equal((await contractOf(opened, recurring)).overallCost, expected)
    t.match(await contractOf(opened, materials), { status: 'expired' })
  }
)

t.test('a contract that is given to another company moves with the poll that sees it', async t => {
  const opened = await open(t)
  const { host, vendor, contracts } = opened
  const to = tinyIds['customer without contacts']
  vendor.updateContract(tinyContracts.recurring, { companyID: to })
  t.match(await host.run(contracts), { status: 'succeeded' })
  const live = (await host.all('/v1/agreements')).filter(
    one => one.externalId === String(tinyContracts.recurring) && one.status !== 'gone'
  )
  const target = await clientOf(opened, to)
  t.strictSame(
    live.map(({ clientId }) => clientId),
    [target.id]
  )
})

t.test('a service that is taken out of a contract takes its cost along, after a second look', async t => {
  const opened = await open(t)
  const { host, vendor, contracts } = opened
  const { recurring } = tinyContracts
  const [watch] = vendor.data.tables.ContractServices.children(recurring) as [number]
  vendor.removeContractService(watch)
  t.match(await host.run(contracts), { status: 'succeeded', took: { costs: 1 } })
  const expected = vendor.oracle.agreements().find(one => one.externalId === String(recurring))!
  t.match(await contractOf(opened, recurring), { overallCost: expected.overallCost, vendors: expected.vendors })
})

t.test('C1, A7: a type that is renamed is followed, one that is made anew takes nobody away', async t => {
  const opened = await open(t, { account: demoAccount(1, 60) })
  const { host, vendor, customers } = opened
  const active = async () => (await host.all('/v1/clients?status=active')).length
  const before = await active()
  vendor.renameLabel('Companies.companyType', 1, 'Client')
  t.match(await host.run(customers, 'compare'), { status: 'succeeded', took: {} })
  vendor.renameLabel('Companies.companyType', 1, 'Customer')
  vendor.recreateLabel('Companies.companyType', 1)
  const [first] = vendor.oracle.customers()
  vendor.updateCompany(Number(first!.externalId), { city: 'Elsewhere' })
  t.match(await host.run(customers), { status: 'succeeded', took: {} })
  t.match(await host.run(customers, 'compare'), { status: 'succeeded', took: {} })
  t.equal(await active(), before)
})

t.test('a setting is asked for where its sync type looks at it, and nowhere else', async t => {
  const { host, customers, contracts } = await open(t)
  const { body: card } = await host.call('GET', '/v1/integrations/autotask')
  t.strictSame(
    card.syncTypes.map(({ settings }: { settings: string[] }) => settings),
    [
      ['types', 'contacts'],
      ['types', 'contracts']
    ]
  )
  const settingsOf = async (id: string) => (await host.call('GET', `/v1/installations/${id}`)).body.settings
  t.strictSame(await settingsOf(customers), { types: ['Customer'], contacts: 'active' })
  t.strictSame(await settingsOf(contracts), { types: ['Customer'], contracts: 'current' })

  const change = (id: string, settings: object) => host.call('PATCH', `/v1/installations/${id}`, { settings })
  t.match(await change(customers, { contracts: 'listed' }), {
    status: 400,
    body: { problems: [{ pointer: '/settings/contracts', message: 'is no setting of active-customers' }] }
  })
  t.equal((await change(customers, { contracts: 'current' })).status, 200, 'what it is may stand there')
  t.equal((await change(contracts, { contracts: 'listed' })).status, 200)

  for (const id of [customers, contracts]) await host.call('POST', `/v1/installations/${id}/uninstall`)
  const { connectionId } = (await host.call('GET', `/v1/installations/${contracts}`)).body
  const url = '/v1/integrations/autotask/install'
  const order = { connectionId, settings: { contracts: 'listed', contacts: 'primary' } }
  t.match(await host.call('POST', url, { ...order, syncTypes: ['active-customers'] }), {
    status: 400,
    body: { problems: [{ pointer: '/settings/contracts' }] }
  })
  const both = await host.call('POST', url, { ...order, syncTypes: ['active-customers', 'active-contracts'] })
  t.equal(both.status, 201, both.text)
  t.strictSame(await settingsOf(customers), { types: ['Customer'], contacts: 'primary' })
  t.strictSame(await settingsOf(contracts), { types: ['Customer'], contracts: 'listed' })
})
