/** Each way in which the field reports bend this vendor, asked over HTTP as a connector would. */
import t from 'tap'
import { base, call, idsOf, signIn, start } from './asking-connectwise.ts'
import {
  apiAccount,
  bigAccount,
  type ConnectWiseServer,
  connectWiseOracle,
  demoAccount,
  nestedJson,
  rawJson,
  startConnectWise,
  startConnectWiseCloud,
  tinyAccount,
  tinyIds
} from './connectwise/index.ts'

const list = async (server: ConnectWiseServer, path: string, query = {}) =>
  idsOf((await call(server, path, query)).body)

async function additionsOf(server: ConnectWiseServer, agreementIds: number[], request: object = {}) {
  const requests = agreementIds.map((parentId, index) => ({
    sequenceNumber: index + 1,
    resourceType: 'addition',
    apiRequest: { parentId, page: { pageSize: 1000 }, ...request }
  }))
  const body = JSON.stringify({ requests })
  const response = await fetch(`${server.url}${base}/system/bundles`, {
    method: 'POST',
    headers: { ...signIn(server), 'Content-Type': 'application/json' },
    body
  })
  const answer = (await response.json()) as any
  return { status: response.status, results: answer.results as any[] }
}

t.test('A1–A3: a lower level of the role hides rows from lists, counts and ids, and the tables keep them', async t => {
  const server = await start(t)
  for (const [table, path] of [
    ['contacts', 'company/contacts'],
    ['agreements', 'finance/agreements'],
    ['catalog', 'procurement/catalog']
  ] as const) {
    const [first] = await list(server, path)
    const hiding = server.hide(table)
    t.same((await call(server, path)).body, [], path)
    t.same((await call(server, `${path}/count`)).body, { count: 0 })
    t.equal((await call(server, `${path}/${first}`)).status, 404)
    hiding.clear()
    t.equal((await call(server, `${path}/${first}`)).status, 200)
  }
  server.hide('additions', addition => addition.id > 1002)
  t.same(await list(server, 'finance/agreements/101/additions'), [1001, 1002])
  t.same(idsOf((await additionsOf(server, [101])).results[0].entities), [1001, 1002])
  server.hide('contacts', contact => contact.company.id === 1)
  t.same(await list(server, 'company/contacts'), [51, 71])
})

t.test('A1–A4: one list, or all of a kind, answers 200 without rows while its count stays right', async t => {
  const server = await start(t)
  const once = server.fail({ kind: 'emptyPage', endpoint: 'contacts', nth: 2 })
  const lengths: number[] = []
  for (let index = 0; index < 3; index++) lengths.push((await list(server, 'company/contacts')).length)
  t.same(lengths, [5, 0, 5])
  once.clear()
  const all = server.fail({ kind: 'emptyPage', endpoint: 'additions' })
  t.same(await list(server, 'finance/agreements/101/additions'), [])
  t.same(
    (await additionsOf(server, [101, 105])).results.map(({ success, entities }) => [success, entities.length]),
    [
      [true, 0],
      [true, 0]
    ]
  )
  t.equal((await call(server, 'finance/agreements/101/additions/count')).body.count, 6)
  all.clear()
  server.fail({ kind: 'emptyPage', endpoint: ['agreements', 'catalog'] })
  t.same([await list(server, 'finance/agreements'), await list(server, 'procurement/catalog')], [[], []])
  t.equal((await additionsOf(server, [101])).results[0].entities.length, 6)
})

t.test('A5, A6: a field is missing from every row', async t => {
  const server = await start(t)
  server.fail({ kind: 'blankField', endpoint: 'contacts', field: 'company' })
  server.fail({
    kind: 'blankField',
    endpoint: 'companies',
    field: 'types',
    when: ({ address }) => address.includes('id=1')
  })
  server.fail({ kind: 'blankField', endpoint: 'companies', field: 'status', as: 'empty-object' })
  t.ok((await call(server, 'company/contacts')).body.every((contact: object) => !('company' in contact)))
  t.notOk('types' in (await call(server, 'company/companies', { conditions: 'id=1' })).body[0])
  t.same((await call(server, 'company/companies/2')).body.status, {})
})

t.test('A7, C1: a type or a status is renamed with its id, or made anew under its name with another', async t => {
  const server = await start(t)
  const typesOf = async (id: number) => (await call(server, `company/companies/${id}`)).body.types
  server.renameType(1, 'Client of ours')
  t.match(await typesOf(1), [{ id: 1, name: 'Client of ours' }])
  const before = server.data.companies.get(7)!._info.lastUpdated
  const next = server.recreateType(1)
  t.ok(next > 5)
  t.match(await typesOf(7), [{ id: 5 }, { id: next, name: 'Client of ours' }])
  t.equal(server.data.companies.get(7)!._info.lastUpdated, before, 'the companies’ times stay')
  t.same(await list(server, 'company/companies', { childConditions: 'types/id=1' }), [])
  t.same(await list(server, 'company/companies/types'), [2, 3, 4, 5, next])
  t.equal(server.addType('Another').id, next + 1)
  server.renameStatus(1, 'Live')
  const status = server.recreateStatus(1)
  t.match((await call(server, 'company/companies/1')).body.status, { id: status, name: 'Live' })
  t.equal(server.oracle.customers({ types: ['client of ours '], statuses: ['LIVE'] }).length, 3)
  t.equal(server.oracle.customers().length, 0)
})

t.test(
  'A8, D4: a record that cannot be read fails alone, its page, its part of a bundle or the whole bundle',
  async t => {
    const server = await start(t)
    const agreement = server.fail({ kind: 'badRecord', table: 'agreements', id: 103 })
    t.equal((await call(server, 'finance/agreements/103')).status, 500)
    t.equal((await call(server, 'finance/agreements')).status, 500)
    t.equal((await call(server, 'finance/agreements', { fields: 'id' })).status, 200)
    t.equal((await call(server, 'finance/agreements', { conditions: 'id!=103' })).status, 200)
    agreement.clear()

    const addition = server.fail({ kind: 'badRecord', table: 'additions', id: 1007 })
    t.match((await additionsOf(server, [101, 105])).results, [
      { success: true, statusCode: 200 },
      { success: false, statusCode: 500, error: { message: String } }
    ])
    addition.clear()
    const whole = server.fail({ kind: 'badRecord', table: 'additions', id: 1007, where: ['bundle'] })
    t.equal((await additionsOf(server, [101, 105])).status, 500)
    t.equal((await additionsOf(server, [101])).status, 200)
    t.equal((await call(server, 'finance/agreements/105/additions')).status, 200)
    whole.clear()

    server.fail({ kind: 'badRecord', table: 'additions', parent: 102, status: 403 })
    t.equal((await call(server, 'finance/agreements/102/additions')).status, 403)
    t.equal((await additionsOf(server, [102])).results[0].statusCode, 403)
    server.fail({ kind: 'badRecord', table: 'contacts', id: 71, status: 404, where: ['record'] })
    t.equal((await call(server, 'company/contacts/71')).status, 404)
    t.equal((await call(server, 'company/contacts')).status, 200)
  }
)

t.test('D4, D5: bundles are refused once, cut at a default page size, or large pages time out', async t => {
  const server = await start(t, { bundlePageSize: 4 })
  server.fail({ kind: 'status', status: 404, endpoint: 'bundles', times: 1 })
  t.equal((await additionsOf(server, [101])).status, 404)
  t.equal((await additionsOf(server, [101])).results[0].entities.length, 4)
  server.fail({ kind: 'status', status: 504, pageSizeFrom: 1000, operation: 'list' })
  t.equal((await call(server, 'company/companies', { pageSize: 999 })).status, 200)
  t.equal((await call(server, 'company/companies', { pageSize: 1000 })).status, 504)
  t.equal((await additionsOf(server, [101])).status, 200, 'the rule names lists')
})

t.test('a bundle takes fields and conditions, and one of its endpoints can be refused', async t => {
  const server = await start(t, { now: () => new Date('2026-05-01T00:00:00Z') })
  server.updateAddition(1002, { quantity: 2 })
  const request = { fields: 'id,quantity', filters: { conditions: 'lastUpdated>=[2026-05-01T00:00:00Z]' } }
  t.same(
    (await additionsOf(server, [101, 105], request)).results.map(({ entities }) => entities),
    [[{ id: 1002, quantity: 2 }], []]
  )
  server.fail({ kind: 'status', status: 403, endpoint: 'additions', nth: 2 })
  t.same(
    (await additionsOf(server, [101, 102, 105])).results.map(({ statusCode }) => statusCode),
    [200, 403, 200]
  )
})

t.test(
  'contacts and agreements are counted with conditions, and inactive contacts are listed unless left out',
  async t => {
    const server = await start(t)
    const count = async (path: string, conditions: string) =>
      (await call(server, `${path}/count`, { conditions })).body.count
    t.equal(await count('company/contacts', 'company/id in (1,7)'), 4)
    t.equal(await count('company/contacts', 'company/id in (1,7) AND inactiveFlag=False'), 3)
    t.equal(await count('finance/agreements', 'agreementStatus="Active" AND company/id>0'), 4)
    t.ok((await list(server, 'company/contacts')).includes(12))
  }
)

for (const additionExtends of ['quantity', 'billed quantity'] as const) {
  t.test(`B1: what is included is not billed, whether extPrice is of the ${additionExtends} or not`, async t => {
    const server = await start(t, { additionExtends })
    const { id } = server.addAgreement({ companyId: 10, billAmount: 1000, name: 'Seats' })
    const addition = { agreementId: id, unitPrice: 10, effectiveDate: '2024-01-01T00:00:00Z' }
    const made = server.addAddition({ ...addition, quantity: 30, lessIncluded: 25 })
    t.match(made, { extPrice: additionExtends === 'quantity' ? 300 : 50, billedQuantity: 5, lessIncluded: 25 })
    server.addAddition({ ...addition, quantity: 5, lessIncluded: 25 })
    const [seats] = server.oracle.agreements().filter(({ externalId }) => externalId === String(id))
    t.equal(seats!.overallCost, '1050.00')
  })
}

t.test('B1: agreements name the one above them, and whether they are billed once', async t => {
  const server = await start(t)
  const { id } = server.addAgreement({ companyId: 1, parentId: 101, billOneTimeFlag: true, billAmount: 9.5 })
  t.match((await call(server, 'finance/agreements', { conditions: 'parentAgreement/id=101' })).body, [{ id }])
  t.match(
    server.oracle.agreements().find(({ externalId }) => externalId === String(id)),
    { parentId: '101', billedOnce: true, overallCost: '9.50' }
  )
})

t.test('B2–B4: companies merge, and an agreement is given to another company', async t => {
  const server = await start(t)
  server.updateAgreement(101, { companyId: 10 })
  t.match((await call(server, 'finance/agreements/101')).body.company, {
    id: 10,
    name: server.data.companies.get(10)!.name
  })
  server.merge(1, 7)
  const owners = server.oracle.agreements().map(({ externalId, clientId }) => [externalId, clientId])
  t.same(owners, [
    ['102', '7'],
    ['103', '7'],
    ['104', '7'],
    ['105', '7'],
    ['101', '10'],
    ['107', '10']
  ])
})

t.test('B5: numbers and nesting that no value becomes, in a record and in a count', async t => {
  const server = await start(t)
  const large = server.fail({
    kind: 'oddRecord',
    table: 'agreements',
    id: 101,
    odd: agreement => ({ ...agreement, billAmount: rawJson('1e99999999') })
  })
  const { text } = await call(server, 'finance/agreements', { fields: 'id,billAmount' })
  t.match(text, '{"id":101,"billAmount":1e99999999}')
  large.clear()
  t.match((await call(server, 'finance/agreements/101')).text, '"billAmount":100.1,')
  server.fail({ kind: 'oddRecord', id: 1, odd: company => ({ ...company, customFields: nestedJson(20_000) }) })
  t.ok((await call(server, 'company/companies')).text.includes('['.repeat(20_000)))
  server.fail({ kind: 'count', endpoint: 'companies', is: '9007199254740993' })
  t.equal((await call(server, 'company/companies/count')).text, '{"count":9007199254740993}')
})

t.test('C4: the same account stands behind another address', async t => {
  const server = await start(t)
  const door = await server.alsoAt()
  t.not(door.url, server.url)
  const ask = async (url: string) =>
    (await (await fetch(`${url}${base}/company/companies`, { headers: signIn(server) })).json()) as { id: number }[]
  t.same(await ask(door.url), await ask(server.url))
  t.equal(server.requests.length, 2)
  const moved = await startConnectWise({ account: server.data, release: 'v2026_2', rateLimit: false })
  t.teardown(() => moved.close())
  server.updateCompany(1, { name: 'Renamed at the old address' })
  t.match((await call(moved, 'company/companies/1')).body, { id: 1, name: 'Renamed at the old address' })
})

t.test('two accounts of one cloud differ in everything but their address', async t => {
  const api = { companyId: 'second_demo', publicKey: 'FakePublicKey002' }
  const [one, two] = await startConnectWiseCloud([
    { account: tinyAccount(), rateLimit: false },
    { account: demoAccount(5, 40), api, rateLimit: false, release: 'v2026_2' }
  ])
  t.teardown(() => one!.close())
  t.equal(one!.url, two!.url)
  t.equal((await list(one!, 'company/companies')).length, 11)
  t.equal((await list(two!, 'company/companies', { pageSize: 99 })).length, 40)
  two!.fail({ kind: 'status', status: 401 })
  t.equal((await call(one!, 'system/info')).status, 200)
  t.equal((await call(two!, 'system/info')).status, 401)
  const info = async (id: string) => (await (await fetch(`${one!.url}/login/companyinfo/${id}`)).json()) as any
  t.equal((await info(apiAccount.companyId)).Codebase, 'v2026_1/')
  await t.rejects(startConnectWiseCloud([{}, {}]), /different company ids/)
})

t.test('D1, D2, D6, D7: one 401, seconds of 404 everywhere, a clock of 2001, silence', async t => {
  const server = await start(t)
  server.fail({ kind: 'status', status: 401, nth: 2 })
  const statuses: number[] = []
  for (let index = 0; index < 3; index++) statuses.push((await call(server, 'system/info')).status)
  t.same(statuses, [200, 401, 200])
  const spell = server.fail({ kind: 'status', status: 404, forMs: 60_000 })
  t.equal((await call(server, 'company/companies')).status, 404)
  t.equal((await fetch(`${server.url}/login/companyinfo/${server.account.companyId}`)).status, 404)
  spell.clear()
  server.fail({ kind: 'date', at: new Date('2001-01-01T00:00:00Z') })
  const { headers, status } = await call(server, 'system/info')
  t.same([status, headers.get('date')], [200, 'Mon, 01 Jan 2001 00:00:00 GMT'])
  server.fail({ kind: 'hang', endpoint: 'contacts' })
  const silent = fetch(`${server.url}${base}/company/contacts`, {
    headers: { ...signIn(server), 'Content-Type': 'application/json' },
    signal: AbortSignal.timeout(80)
  })
  await t.rejects(silent, { name: 'TimeoutError' })
})

t.test('D3: a count is one above what the list ever gives', async t => {
  const server = await start(t)
  server.fail({ kind: 'count', endpoint: 'companies', add: 1 })
  t.equal((await call(server, 'company/companies/count')).body.count, 12)
  t.equal((await list(server, 'company/companies')).length, 11)
})

t.test('the oracle of the tiny account is what a person reckons', async t => {
  const { customers, agreements } = connectWiseOracle(tinyAccount(), () => new Date('2026-05-01T00:00:00Z'))
  t.same(
    customers().map(({ externalId }) => Number(externalId)),
    [tinyIds['active customer'], tinyIds['customer and partner'], tinyIds['customer without contacts']]
  )
  const [first] = customers()
  t.equal(first!.emails.length, 3, 'one of the default contact, two of the third; the inactive one is left out')
  t.equal(first!.phones[0]!.label, 'Company')
  t.equal(first!.phones.length, 4)
  t.same(
    agreements().map(({ externalId, overallCost, status, vendorName }) => [
      externalId,
      overallCost,
      status,
      vendorName
    ]),
    [
      ['101', '100.40', 'active', 'Mail Works'],
      ['102', '50.00', 'expired', 'MSP Managed Services'],
      ['103', '75.00', 'cancelled', 'MSP Managed Services'],
      ['104', '20.00', 'inactive', 'MSP Managed Services'],
      ['105', '59.97', 'active', 'Mail Works'],
      ['107', '24.00', 'active', 'MSP Managed Services']
    ]
  )
  t.equal(
    connectWiseOracle(tinyAccount(), () => new Date('2999-02-01T00:00:00Z')).agreements()[0]!.overallCost,
    '150.40'
  )
})

t.test('ids of every account have different lengths, and a big one may have gaps', async t => {
  const gaps = bigAccount({ companies: 10_000, gaps: true })
  for (const account of [tinyAccount(), demoAccount(), bigAccount({ companies: 2000 }), gaps]) {
    for (const table of [account.companies, account.contacts, account.agreements, account.additions]) {
      const lengths = new Set(table.scan().map(id => String(id).length))
      t.ok(lengths.size > 1 || table.size() < 10, `${table.schema}: ${[...lengths]}`)
    }
  }
  const ids = gaps.companies.scan()
  t.same([ids.length, ids[4999], ids.at(-1)], [10_000, 30_600, 666_100])
  for (const id of [1, 1000, 1101, 30_600, 666_100]) {
    const [contact] = gaps.contacts.children(id)
    t.equal(gaps.contacts.get(contact!)!.company.id, id)
  }
  t.same(gaps.contacts.children(1050), [], 'nothing belongs to an id in a gap')
})

t.test('a rich account has what simple ones lack, and the rest of it is the plain one’s', async t => {
  const rich = demoAccount(3, 200, { rich: true })
  const plain = demoAccount(3, 200)
  const has = (table: 'agreements' | 'additions', test: (record: any) => boolean) => rich[table].scan({ test }).length
  t.ok(has('additions', ({ lessIncluded }) => lessIncluded > 0) > 10)
  t.ok(has('agreements', ({ parentAgreement }) => parentAgreement !== undefined) > 5)
  t.ok(has('agreements', ({ billOneTimeFlag }) => billOneTimeFlag) > 3)
  t.same(
    rich.contacts.scan().map(id => rich.contacts.get(id)),
    plain.contacts.scan().map(id => plain.contacts.get(id))
  )
})
