/** What the sources leave open, what goes wrong, and what the host should make of it. */
import t, { type Test } from 'tap'
import { call, everything, query } from './asking-autotask.ts'
import {
  type AutotaskOptions,
  type AutotaskServer,
  autotaskOracle,
  demoAccount,
  rawJson,
  shippedPicklists,
  startAutotask,
  startAutotaskCloud,
  tinyAccount,
  tinyContracts,
  tinyIds
} from './autotask/index.ts'
import { rounded } from './kit/index.ts'

const on = new Date('2026-05-15T12:00:00Z')

async function start(t: Test, options: AutotaskOptions = {}) {
  const server = await startAutotask({ account: tinyAccount({ on }), now: () => on, ...options })
  t.teardown(() => server.close())
  return server
}

const costs = (server: AutotaskServer) =>
  Object.fromEntries(server.oracle.agreements().map(({ externalId, overallCost }) => [externalId, overallCost]))

t.test('a database that moves is refused at its old zone and found at its new one', async t => {
  const server = await start(t, { zone: '6' })
  const old = server.zoneUrl
  await server.moveTo('29')
  t.not(server.zoneUrl, old)
  t.equal((await call(server, 'Version', { at: old })).status, 401)
  const told = await (
    await fetch(`${old}/ATServicesRest/V1.0/zoneInformation?user=${encodeURIComponent(server.user.userName)}`)
  ).json()
  t.match(told, { url: `${server.zoneUrl}/ATServicesRest/`, zoneName: 'Zone 29' })
  t.equal((await call(server, 'Version')).status, 200)
  const strict = await start(t, { wrongZone: 500 })
  const before = strict.zoneUrl
  await strict.moveTo('9')
  t.match(await call(strict, 'Version', { at: before }), { status: 500, body: { errors: [String] } })
})

t.test('an address that only tells zones serves no database', async t => {
  const server = await startAutotask({
    account: tinyAccount(),
    ownDiscovery: true,
    announcedUrl: 'https://evil.example/ATServicesRest/'
  })
  t.teardown(() => server.close())
  t.not(server.url, server.zoneUrl)
  t.equal((await call(server, 'Version', { at: server.url })).status, 401)
  const told = await call(server, `zoneInformation?user=${encodeURIComponent(server.user.userName)}`, {
    at: server.url
  })
  t.equal(told.body.url, 'https://evil.example/ATServicesRest/')
})

t.test('databases of one cloud differ in users, zones, numbers of their labels, limits and faults', async t => {
  const user = { userName: 'api@second.example', secret: 'Fake#Secret-0002' }
  const [one, two] = await startAutotaskCloud([
    { account: tinyAccount({ on }), callsAnHour: 3 },
    { account: demoAccount(2, 40, { on }), user, zone: '3', databaseId: 9 }
  ])
  t.teardown(() => one!.close())
  t.equal(one!.zoneUrl, two!.zoneUrl)
  const customer = async (server: AutotaskServer) => {
    const { fields } = (await call(server, 'Companies/entityInformation/fields')).body
    const { picklistValues } = fields.find(({ name }: { name: string }) => name === 'companyType')
    return picklistValues.find(({ label }: { label: string }) => label === 'Customer').value
  }
  t.same([await customer(one!), await customer(two!)], ['1', '3'])
  two!.fail({ kind: 'status', status: 403, body: '', endpoint: 'Contacts' })
  t.same([(await query(one!, 'Contacts')).status, (await query(two!, 'Contacts')).status], [200, 403])
  await call(one!, 'Version')
  t.same([(await call(one!, 'Version')).status, (await call(two!, 'Version')).status], [429, 200])
  await t.rejects(startAutotaskCloud([{}, {}]), /users of different names/)
})

t.test('a second user of the database has the same records and hour, and can be shut out', async t => {
  const server = await start(t)
  const user = server.addUser({ userName: 'new@fernhollow.example', secret: 'Fake#Secret-0003' })
  const as = { ...server, user }
  t.equal((await query(as, 'Companies')).body.items.length, 11)
  t.equal(server.callsUsed(), 1)
  server.changeSecret(user.userName, 'Fake#Secret-0004')
  t.equal((await query(as, 'Companies')).status, 401)
  server.removeUser(server.user.userName)
  t.equal((await query(server, 'Companies')).status, 401)
})

t.test('each unknown of the sources can be turned', async t => {
  const old = await start(t, { refusals: 'old', missingRecord: 'null', missingRight: 500 })
  const asStranger = { ...old, user: { ...old.user, userName: 'x@example.test' } }
  t.equal((await call(asStranger, 'Version')).status, 500)
  const withWrongCode = { ...old, user: { ...old.user, integrationCode: 'x' } }
  t.match((await call(withWrongCode, 'Version')).body, { errors: ['IntegrationCode is invalid'] })
  t.same((await call(old, 'Companies/999')).body, { item: null })
  old.revoke('Contracts')
  t.equal((await query(old, 'Contracts')).status, 500)

  const paging = await start(t, {
    nextOnFullPage: true,
    pagingWithoutId: 'stops',
    linkOrigin: 'https://webservices3.autotask.net'
  })
  const full = await query(paging, 'Companies', everything, { MaxRecords: 11 })
  t.match(
    full.body.pageDetails.nextPageUrl,
    /^https:\/\/webservices3\.autotask\.net\/ATServicesRest\/V1\.0\/Companies\/query\/next/
  )
  const short = await query(paging, 'Companies', everything, { MaxRecords: 5, IncludeFields: ['companyName'] })
  t.equal(short.body.pageDetails.nextPageUrl, null)
  const plain = await start(t)
  t.equal((await query(plain, 'Companies', everything, { MaxRecords: 11 })).body.pageDetails.nextPageUrl, null)
  t.equal((await query(plain, 'Companies', everything, { MaxRecords: 5, IncludeFields: ['companyName'] })).status, 500)

  const limits = await start(t, { callsAnHour: 1, overLimit: { status: 503, retryAfter: '120', errors: ['later'] } })
  await call(limits, 'Version')
  const over = await call(limits, 'Version')
  t.same([over.status, over.headers.get('retry-after'), over.body.errors], [503, '120', ['later']])
  const threads = await start(t, { threads: 1, latencyMs: 3000, overThreads: { status: 503 } })
  const statuses = (await Promise.all([query(threads, 'Companies'), query(threads, 'Companies')])).map(
    ({ status }) => status
  )
  t.same(statuses.sort(), [200, 503])

  const stamp = async (times: NonNullable<AutotaskOptions['times']>) =>
    (await call(await start(t, { times }), 'Companies/7')).body.item.lastActivityDate
  t.same(
    [await stamp('as kept'), await stamp('no zone'), await stamp('seven digits')],
    ['2025-03-01T10:00:00.123Z', '2025-03-01T10:00:00', '2025-03-01T10:00:00.1230000Z']
  )
  const older = await start(t, { missingFields: { Contracts: ['lastModifiedDateTime'] } })
  t.match(
    (await query(older, 'Contracts', [{ op: 'gt', field: 'lastModifiedDateTime', value: '2026-01-01' }])).body.errors,
    [/Unable to find/]
  )
  t.notOk('lastModifiedDateTime' in (await query(older, 'Contracts')).body.items[0])
})

t.test('stamps move as options say', async t => {
  for (const moves of [false, true]) {
    const server = await start(t, {
      contactMovesCompany: moves,
      locationMovesCompany: moves,
      serviceMovesContract: moves,
      trackedFields: ['companyName']
    })
    const { Companies, Contracts } = server.data.tables
    const moved = (id: number, field: string, table = Companies) => table.get(id)![field] === '2026-05-15T12:00:00Z'
    server.updateContact(31, { mobilePhone: '2125550100' })
    t.equal(moved(7, 'lastActivityDate'), moves)
    server.addLocation({ companyID: 1002, name: 'Branch' })
    t.equal(moved(1002, 'lastActivityDate'), moves)
    server.changeUnits(server.data.tables.ContractServices.children(tinyContracts.recurring)[0]!, 3)
    t.equal(moved(tinyContracts.recurring, 'lastModifiedDateTime', Contracts), moves)
    server.updateCompany(12, { phone: '2125550101' })
    t.same([moved(12, 'lastActivityDate'), moved(12, 'lastTrackedModifiedDateTime')], [true, false])
    server.updateCompany(12, { companyName: 'Tracked' })
    t.equal(moved(12, 'lastTrackedModifiedDateTime'), true)
    server.noteCompany(174)
    t.same([moved(174, 'lastActivityDate'), moved(174, 'lastTrackedModifiedDateTime')], [true, false])
  }
})

t.test('faults meet entities by their name, and rows keep the shape of an answer', async t => {
  const server = await start(t)
  const once = server.fail({ kind: 'emptyPage', endpoint: 'Contracts', nth: 1 })
  t.match((await query(server, 'Contracts')).body, { items: [], pageDetails: { count: 0, nextPageUrl: null } })
  t.equal((await query(server, 'Contracts')).body.items.length, 13)
  once.clear()
  server.fail({ kind: 'blankField', endpoint: 'Contacts', field: 'companyID', as: 'null' })
  t.ok(
    (await query(server, 'Contacts')).body.items.every(({ companyID }: { companyID: unknown }) => companyID === null)
  )
  server.fail({ kind: 'badRecord', table: 'Companies', id: 174 })
  t.match(await query(server, 'Companies'), { status: 500, body: { errors: [String] } })
  t.equal((await call(server, 'Companies/174')).status, 500)
  t.equal((await query(server, 'Companies', everything, { IncludeFields: ['id'] })).status, 200)
  t.equal((await query(server, 'Companies', [{ op: 'gt', field: 'id', value: 174 }])).status, 200)
  server.fail({ kind: 'count', endpoint: 'Contacts', add: 1 })
  t.same((await call(server, 'Contacts/query/count', { body: { filter: everything } })).body, { queryCount: 6 })
  server.fail({
    kind: 'oddRecord',
    table: 'ContractServices',
    id: 9,
    odd: one => ({ ...one, unitPrice: rawJson('1e9999999') })
  })
  t.match((await query(server, 'ContractServices')).text, '"unitPrice":1e9999999')
  server.fail({ kind: 'status', status: 504, pageSizeFrom: 500, endpoint: 'Services' })
  t.same(
    [
      (await query(server, 'Services')).status,
      (await query(server, 'Services', everything, { MaxRecords: 100 })).status
    ],
    [504, 200]
  )
  const refusal = server.fail({ kind: 'status', status: 401, after: 1 })
  t.equal((await call(server, 'Version')).status, 200)
  t.match(await call(server, 'Version'), { status: 401, text: '' })
  refusal.clear()
})

t.test('the oracle counts active customers alone, with the lines of their active contacts', async t => {
  const { oracle } = await start(t)
  t.same(
    oracle.customers().map(({ externalId }) => Number(externalId)),
    [7, 1002, 29683478, 29683479, 100000001]
  )
  const [first] = oracle.customers()
  t.same(
    first!.emails.map(({ label }) => label),
    ['E-mail', 'E-mail 2', 'E-mail'],
    'the primary contact first'
  )
  t.equal(oracle.customers({ contacts: 'primary' })[0]!.emails.length, 2)
  t.match(first!.address, { line2: 'Rear entrance', country: 'United States' })
  t.same(
    oracle.customers({ types: ['cancelation'] }).map(({ externalId }) => externalId),
    ['29683500']
  )
})

t.test('the oracle’s costs are those that a person reckons', async t => {
  const { oracle } = await start(t)
  const agreements = oracle.agreements()
  t.same(
    agreements.map(({ externalId, overallCost, period, vendorName }) => [
      Number(externalId),
      overallCost,
      period,
      vendorName
    ]),
    [
      // 12 × 4 + 3 × 120 ÷ 12 + 99.95 − 10; onboarding is paid once
      [tinyContracts.recurring, '167.95', 'month', 'Vendor'],
      [tinyContracts['time and materials'], null, 'contract', 'MSP Managed Services'],
      [tinyContracts['block hours'], '855.00', 'contract', 'MSP Managed Services'],
      // 4 × 45.10 ÷ 3 has no end
      [tinyContracts['its renewal'], '60.13', 'month', 'Second Vendor'],
      [tinyContracts.bundled, '150.00', 'month', 'Vendor'],
      [tinyContracts.retainer, '1500.25', 'contract', 'MSP Managed Services'],
      [tinyContracts['fixed price'], '3000.10', 'contract', 'MSP Managed Services'],
      [tinyContracts['unknown period'], null, 'month', 'MSP Managed Services']
    ]
  )
  t.same(
    oracle
      .agreements({ contracts: 'listed' })
      .filter(({ status }) => status !== 'active')
      .map(({ externalId, status }) => [Number(externalId), status]),
    [
      [tinyContracts.renewed, 'inactive'],
      [tinyContracts.ended, 'ended'],
      [tinyContracts.inactive, 'inactive'],
      [tinyContracts['not started'], 'not started']
    ]
  )
  t.equal(rounded(oracle.cost(tinyContracts['its renewal']).amount!, 4), '60.1333')
})

t.test('a cost does not depend on what unit rows say of their price, nor on bundle members that repeat', async t => {
  const plain = autotaskOracle(tinyAccount({ on }), () => on).agreements()
  for (const price of ['extended', 'unit'] as const) {
    for (const split of ['whole', 'prorated'] as const) {
      const account = tinyAccount({ on, rowRules: { price, split }, bundleMembersRepeat: true })
      t.same(autotaskOracle(account, () => on).agreements(), plain, `${price}, ${split}`)
    }
  }
})

t.test('unit rows follow each other by period, and a change splits the one that it falls into', async t => {
  const server = await start(t)
  const { ContractServiceUnits, ContractServices } = server.data.tables
  const [watch] = ContractServices.children(tinyContracts.recurring)
  const rows = () =>
    ContractServiceUnits.children(watch!, 'contractServiceID')
      .map(id => ContractServiceUnits.get(id)!)
      .map(({ startDate, endDate, units, price }) => [startDate.slice(5, 10), endDate.slice(5, 10), units, price])
      .filter(([start]) => ['05', '06'].includes(String(start).slice(0, 2)))
      .slice(-3)
  t.same(rows(), [
    ['05-01', '05-12', 10, 14.1935],
    ['05-12', '05-31', 12, 30.9677],
    ['06-01', '06-30', 12, 48]
  ])
  const today = await query(server, 'ContractServiceUnits', [
    { op: 'eq', field: 'contractServiceID', value: watch },
    { op: 'lte', field: 'startDate', value: '2026-05-12T23:59:59Z' },
    { op: 'gte', field: 'endDate', value: '2026-05-12T00:00:00Z' }
  ])
  t.equal(today.body.items.length, 2, 'on the day of the change two rows match')
  server.changeUnits(watch!, 20, '2026-05-15')
  t.equal(costs(server)[tinyContracts.recurring], '199.95')
  server.changeUnits(watch!, 5, '2026-06-10')
  t.equal(costs(server)[tinyContracts.recurring], '199.95', 'what is to come does not count yet')
  server.dropUnitRows(watch!, '2026-05-01')
  t.equal(costs(server)[tinyContracts.recurring], '159.95', 'rows are not written yet: the last earlier one counts')
})

t.test('contracts are renewed, moved, priced and removed; companies merge', async t => {
  const server = await start(t)
  const renewal = server.renewContract(tinyContracts.recurring)
  t.match(server.data.tables.Contracts.get(tinyContracts.recurring), { status: 0, renewedContractID: renewal.id })
  t.match(renewal, { contractName: 'Renewal of Recurring', startDate: '2027-03-01T00:00:00Z', status: 1 })
  t.notOk(costs(server)[renewal.id], 'it has not begun')
  const contract = server.addContract({ companyID: 1002 })
  const held = server.addContractService(contract.id, 8, { units: 2, unitPrice: 3 })
  t.equal(costs(server)[contract.id], '6.00')
  server.setContractPrice(held.id, 4.25)
  t.equal(costs(server)[contract.id], '8.50')
  server.updateContract(contract.id, { companyID: 7 })
  t.equal(server.oracle.agreements().find(({ externalId }) => externalId === String(contract.id))!.clientId, '7')
  server.mergeCompanies(7, 29683478)
  t.same(
    server.oracle.customers().map(({ externalId }) => externalId),
    ['1002', '29683478', '29683479', '100000001']
  )
  t.equal(server.oracle.customers()[1]!.emails.length, 3)
  server.removeContract(contract.id)
  t.equal((await call(server, `ContractServices/${held.id}`)).status, 404)
})

t.test('labels are renamed with their number, or made anew with another one', async t => {
  const server = await start(t, { account: tinyAccount({ on, picklists: shippedPicklists(3) }) })
  t.equal((await call(server, `Companies/${tinyIds['active customer']}`)).body.item.companyType, 3)
  server.renameLabel('Companies.companyType', 3, 'Client')
  t.equal(server.oracle.customers().length, 0)
  t.equal(server.oracle.customers({ types: ['client'] }).length, 5)
  const fresh = server.recreateLabel('Companies.companyType', 3)
  t.equal((await call(server, 'Companies/7')).body.item.companyType, fresh)
  t.equal(server.oracle.customers({ types: ['Client'] }).length, 5)
})
