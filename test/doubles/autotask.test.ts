import t, { type Test } from 'tap'
import { call, everything, query } from './asking-autotask.ts'
import {
  type AutotaskOptions,
  type AutotaskServer,
  bigAccount,
  createClock,
  demoAccount,
  type EntityName,
  startAutotask,
  tinyAccount,
  tinyContracts,
  tinyIds
} from './autotask/index.ts'

async function start(t: Test, options: AutotaskOptions = {}) {
  const server = await startAutotask({ account: tinyAccount(), ...options })
  t.teardown(() => server.close())
  return server
}

async function ids(server: AutotaskServer, entity: EntityName, filter?: unknown): Promise<number[]> {
  return (await query(server, entity, filter)).body.items.map(({ id }: { id: number }) => id)
}

t.test('a zone is told for any user that a database knows, without keys, and for nobody else', async t => {
  const server = await start(t, { zone: '19' })
  const ask = async (user: string) => {
    const response = await fetch(`${server.url}/atservicesrest/v1.0/zoneInformation?user=${encodeURIComponent(user)}`)
    return { status: response.status, body: (await response.json()) as any }
  }
  t.match(await ask(server.user.userName), {
    status: 200,
    body: { url: `${server.zoneUrl}/ATServicesRest/`, webUrl: 'https://ww19.autotask.net/', ci: Number }
  })
  t.match(await ask('nobody@example.test'), {
    status: 500,
    body: { errors: ['Zone information could not be determined'] }
  })
  t.equal((await fetch(`${server.url}/atservicesrest/versioninformation`)).status, 200)
})

t.test('every key has to be right, and a refusal has no body', async t => {
  const server = await start(t, { lockAfter: false })
  t.match((await call(server, 'Version')).body, { majorVersion: String })
  for (const wrong of [{ Secret: 'x' }, { UserName: 'x@example.test' }, { ApiIntegrationCode: 'x' }, { Secret: '' }]) {
    t.match(await call(server, 'Version', { headers: wrong }), { status: 401, text: '' }, JSON.stringify(wrong))
  }
  t.equal((await call(server, 'version', { headers: { UserName: server.user.userName.toUpperCase() } })).status, 200)
})

t.test('refused sign-ins in a row lock the user for everybody, until it is unlocked', async t => {
  const server = await start(t, { lockAfter: 3 })
  for (let index = 0; index < 2; index++) await call(server, 'Version', { headers: { Secret: 'wrong' } })
  t.equal((await call(server, 'Version')).status, 200, 'a good one begins the count anew')
  for (let index = 0; index < 3; index++) await call(server, 'Version', { headers: { Secret: 'wrong' } })
  t.equal(server.isLocked(), true)
  t.equal((await call(server, 'Version')).status, 401)
  server.unlock()
  t.equal((await call(server, 'Version')).status, 200)
})

t.test('operators select what they say', async t => {
  const server = await start(t)
  const companies = (filter: unknown) => ids(server, 'Companies', filter)
  const one = (op: string, field: string, value?: unknown) => companies([{ op, field, value }])
  const { 'active customer': active, 'inactive customer': inactive, vendor } = tinyIds
  t.same(await one('eq', 'companyName', 'ACTIVE customer'), [active])
  t.same(await one('beginsWith', 'companyName', 'Customer Without'), [1002, 29683478])
  t.same(await one('endsWith', 'companyName', 'Vendor'), [vendor, tinyIds['second vendor']])
  t.same(await one('contains', 'companyName', 'odd'), [tinyIds['customer with odd billing']])
  t.same(await one('eq', 'isActive', false), [inactive])
  t.same(await one('noteq', 'isActive', true), [inactive])
  t.same(await one('in', 'id', [active, 5, vendor]), [active, vendor])
  t.same((await one('notIn', 'id', [active, vendor])).length, 9)
  t.same(await one('lte', 'id', 12), [0, active, inactive])
  t.same(
    await companies([
      { op: 'gt', field: 'id', value: 0 },
      { op: 'lt', field: 'id', value: 12 }
    ]),
    [active]
  )
  t.equal((await one('exist', 'parentCompanyID')).length, 0)
  t.equal((await one('notExist', 'parentCompanyID')).length, 11)
  t.equal((await one('noteq', 'parentCompanyID', 5)).length, 0, 'null is not unequal to anything')
  t.equal((await one('gte', 'lastActivityDate', '2025-03-01T10:00:00.123Z')).length, 11)
  t.equal((await one('gt', 'lastActivityDate', '2025-03-01T10:00:00.123')).length, 0)
  const either = {
    op: 'or',
    items: [
      { op: 'eq', field: 'id', value: 7 },
      {
        op: 'and',
        items: [
          { op: 'eq', field: 'ID', value: 12 },
          { op: 'eq', field: 'IsActive', value: 'false' }
        ]
      }
    ]
  }
  t.same(await companies([either]), [7, 12])
  t.same(
    await ids(server, 'Contacts', [
      { op: 'eq', field: 'isActive', value: 1 },
      { op: 'eq', field: 'companyID', value: 7 }
    ]),
    [31, 32]
  )
  t.same(
    await ids(server, 'Contacts', [
      { op: 'eq', field: 'isActive', value: 'true' },
      { op: 'in', field: 'companyID', value: [7] }
    ]),
    [31, 32]
  )
})

t.test('a misspelt operator is ignored, and everything comes', async t => {
  const server = await start(t)
  t.equal((await ids(server, 'Companies', [{ op: 'ne', field: 'isActive', value: false }])).length, 11)
  const strict = await start(t, { unknownOperator: 'refused' })
  t.equal((await query(strict, 'Companies', [{ op: 'ne', field: 'isActive', value: false }])).status, 500)
})

t.test('a question that cannot be answered is 500 with the reason', async t => {
  const server = await start(t)
  const ors = Array.from({ length: 501 }, (_, index) => index)
  const refused: [string, object | string, RegExp][] = [
    ['no filter', {}, /filter/],
    ['an empty filter', { filter: [] }, /filter/],
    [
      'an unknown field',
      { filter: [{ op: 'eq', field: 'colour', value: 1 }] },
      /Unable to find colour in the Company Entity/
    ],
    ['an unknown field to include', { filter: everything, IncludeFields: ['id', 'colour'] }, /Unable to find colour/],
    ['a field that cannot be queried', { filter: [{ op: 'gt', field: 'assetValue', value: 1 }] }, /assetValue/],
    ['too many records', { filter: everything, MaxRecords: 501 }, /1 and 500/],
    ['no records', { filter: everything, MaxRecords: 0 }, /1 and 500/],
    ['501 values', { filter: [{ op: 'in', field: 'id', value: ors }] }, /500 or fewer 'OR' conditions/],
    ['501 branches', { filter: [{ op: 'or', items: ors.map(value => ({ op: 'eq', field: 'id', value })) }] }, /'OR'/],
    ['a number for a boolean', { filter: [{ op: 'eq', field: 'isActive', value: 1 }] }, /isActive/],
    ['text for a number', { filter: [{ op: 'eq', field: 'id', value: 'seven' }] }, /id/],
    ['in without a list', { filter: [{ op: 'in', field: 'id', value: 7 }] }, /list/],
    ['contains on a number', { filter: [{ op: 'contains', field: 'id', value: 7 }] }, /text/],
    ['no JSON', '{"filter":', /could not be read/]
  ]
  for (const [name, body, reason] of refused) {
    const answer = await call(server, 'Companies/query', { body })
    t.equal(answer.status, 500, name)
    t.match(answer.body.errors[0], reason, name)
  }
  t.equal((await query(server, 'Companies', [{ op: 'in', field: 'id', value: ors.slice(1) }])).status, 200)
  t.match((await query(server, 'Contracts', [{ op: 'eq', field: 'isActive', value: true }])).body.errors, [
    /isActive in the Contract/
  ])
})

t.test('IncludeFields trims the columns, and whole records have every field', async t => {
  const server = await start(t)
  const { items } = (
    await query(server, 'Companies', [{ op: 'eq', field: 'id', value: 7 }], { includefields: ['ID', 'companyname'] })
  ).body
  t.same(items, [{ id: 7, companyName: 'Active Customer', userDefinedFields: [] }])
  const { item } = (await call(server, 'companies/7')).body
  t.match(item, { id: 7, isActive: true, companyType: 1, alternatePhone2: null, userDefinedFields: [] })
  t.equal(Object.keys(item).length, 61)
  t.equal((await call(server, 'Companies/8')).status, 404)
})

t.test('pages of a POST go on by POST at the link, and a GET there is refused', async t => {
  const server = await start(t, { account: demoAccount(1, 120) })
  const body = { filter: everything, MaxRecords: 50, IncludeFields: ['id'] }
  const seen: number[] = []
  let page = await call(server, 'Companies/query', { body })
  const first = page
  for (;;) {
    seen.push(...page.body.items.map(({ id }: { id: number }) => id))
    const { nextPageUrl, count } = page.body.pageDetails
    t.equal(count, page.body.items.length)
    if (nextPageUrl === null) break
    t.match(nextPageUrl, /^http:.*\/V1\.0\/Companies\/query\/next\?paging=%7B/)
    page = await call(server, nextPageUrl, { body })
  }
  t.same(seen, server.data.tables.Companies.scan())
  t.equal(seen.length, 121)
  t.match(await call(server, first.body.pageDetails.nextPageUrl), { status: 405, body: { Message: String } })
  t.equal(first.body.pageDetails.prevPageUrl, null)
  const back = await call(server, page.body.pageDetails.prevPageUrl, { body })
  t.same(
    back.body.items.map(({ id }: { id: number }) => id),
    seen.slice(50, 100)
  )
})

t.test('pages of a GET repeat the question in their link, which ends where URLs do', async t => {
  const server = await start(t, { account: demoAccount(1, 120) })
  const search = (filter: unknown) =>
    `Companies/query?search=${encodeURIComponent(JSON.stringify({ filter, MaxRecords: 50 }))}`
  const first = await call(server, search(everything))
  const { nextPageUrl } = first.body.pageDetails
  t.match(nextPageUrl, /search=/)
  t.equal((await call(server, nextPageUrl)).body.items.length, 50)
  t.equal(
    (await call(server, search([{ op: 'in', field: 'id', value: Array.from({ length: 400 }, (_, id) => id) }]))).status,
    404
  )
  t.equal((await call(server, 'Companies/query')).status, 405)
})

t.test('keyset reading meets every row once, in numbers’ order', async t => {
  const server = await start(t, { account: bigAccount({ companies: 1600 }) })
  const seen: number[] = []
  for (let last = 0; ; last = seen.at(-1)!) {
    const { items } = (
      await query(server, 'Companies', [{ op: 'gt', field: 'id', value: last }], { IncludeFields: ['id'] })
    ).body
    seen.push(...items.map(({ id }: { id: number }) => id))
    if (items.length < 500) break
  }
  t.equal(seen.length, 1600)
  t.same(
    seen,
    seen.toSorted((a, b) => a - b)
  )
})

t.test('counts, entities, fields and picklists', async t => {
  const server = await start(t)
  t.same(
    (await call(server, 'Contracts/query/count', { body: { filter: [{ op: 'eq', field: 'status', value: 0 }] } })).body,
    { queryCount: 2 }
  )
  t.match((await call(server, 'Contracts/entityInformation')).body.info, {
    name: 'Contract',
    canQuery: true,
    userAccessForQuery: 1,
    hasUserDefinedFields: true
  })
  const { fields } = (await call(server, 'Companies/entityInformation/fields')).body
  const type = fields.find(({ name }: { name: string }) => name === 'companyType')
  t.match(type, { dataType: 'integer', isPickList: true })
  t.match(type.picklistValues[0], { value: '1', label: 'Customer', isActive: true, isSystem: true })
  t.match(
    fields.find(({ name }: { name: string }) => name === 'companyName'),
    { length: 100, picklistValues: null }
  )
  server.data.userDefinedFields.Companies = [{ name: 'Tier', dataType: 'string' }]
  t.match((await call(server, 'Companies/entityInformation/userDefinedFields')).body.fields, [{ name: 'Tier' }])
  t.equal((await call(server, 'ContractServices/entityInformation/userDefinedFields')).status, 404)
  server.update('Companies', 7, { userDefinedFields: [{ name: 'Tier', value: 'Gold' }] })
  const tier = { op: 'eq', field: 'tier', udf: true, value: 'gold' }
  t.same(await ids(server, 'Companies', [tier]), [7])
  t.equal((await query(server, 'Companies', [tier, tier])).status, 500)
})

t.test('paths and methods that are not there are refused in the web server’s words', async t => {
  const server = await start(t)
  t.match(await call(server, 'Spaceships/query', { body: { filter: everything } }), {
    status: 404,
    body: { Message: String }
  })
  t.match(await call(server, 'Companies', { method: 'PATCH', body: {} }), { status: 405 })
  t.match(await call(server, 'Companies/7', { method: 'DELETE' }), { status: 405 })
  t.equal(
    (await call(server, 'Companies/query', { body: { filter: everything }, headers: { 'Content-Type': 'text/plain' } }))
      .status,
    415
  )
  t.equal((await fetch(`${server.url}/elsewhere`)).status, 404)
})

t.test('an hour’s calls are shared with other tools, reported, slowed and then refused until use falls', async t => {
  const clock = createClock('2026-05-15T10:00:00Z')
  const server = await start(t, {
    callsAnHour: 100,
    now: clock.now,
    slowdown: [
      [0.5, 300],
      [0.75, 600]
    ]
  })
  const threshold = async () => (await call(server, 'ThresholdInformation')).body
  t.same(await threshold(), {
    externalRequestThreshold: 100,
    requestThresholdTimeframe: 60,
    currentTimeframeRequestCount: 1
  })
  const timed = async () => {
    const began = performance.now()
    const { status } = await query(server, 'Companies')
    return { status, ms: performance.now() - began }
  }
  t.ok((await timed()).ms < 290)
  server.spendCalls(48)
  t.ok((await timed()).ms >= 295)
  clock.advance(1800_000)
  server.spendCalls(24)
  t.ok((await timed()).ms >= 595)
  server.spendCalls(25)
  t.equal((await timed()).status, 429)
  t.equal(server.callsUsed(), 101, 'refused ones are not counted')
  clock.advance(1800_001)
  t.equal((await timed()).status, 200)
  t.equal(server.callsUsed(), 51)
})

t.test(
  'three calls at once run on an endpoint for each integration code, children of other endpoints beside them',
  async t => {
    // So long that all of them have come before the first is answered.
    const server = await start(t, { latencyMs: 3000 })
    const other = server.addUser({
      userName: 'second@fernhollow.example',
      integrationCode: 'FAKEINTEGRATIONCODE00000002'
    })
    const asOther = { UserName: other.userName, ApiIntegrationCode: other.integrationCode }
    const asked = [0, 1, 2, 3].map(() => query(server, 'Companies'))
    const beside = [
      query(server, 'Contacts'),
      call(server, 'Companies/query', { body: { filter: everything }, headers: asOther })
    ]
    const answers = await Promise.all(asked)
    t.same(answers.map(({ status }) => status).sort(), [200, 200, 200, 429])
    t.match(answers.find(({ status }) => status === 429)!.body.errors, [
      /thread threshold of 3 threads has been exceeded/
    ])
    t.same(
      (await Promise.all(beside)).map(({ status }) => status),
      [200, 200]
    )
    t.equal(server.mostInFlight('Companies'), 5)
  }
)

t.test('a level hides rows without an error, refuses whole entities, and blanks costs but no prices', async t => {
  const server = await start(t)
  server.hide('Contracts', ({ companyID }) => companyID === 7)
  t.notOk((await ids(server, 'Contracts')).includes(tinyContracts.recurring))
  t.equal((await call(server, `Contracts/${tinyContracts.recurring}`)).status, 404)
  t.equal((await call(server, 'Contracts/entityInformation')).body.info.userAccessForQuery, 2)
  server.revoke('ContractServices')
  t.match(await query(server, 'ContractServices'), { status: 403, body: { errors: [/adequate permissions/] } })
  t.equal((await call(server, 'ContractServices/entityInformation')).body.info.userAccessForQuery, 0)
  const units = async () => (await query(server, 'ContractServiceUnits', everything, { MaxRecords: 1 })).body.items[0]
  t.not((await units()).cost, null)
  server.hideCosts(true)
  t.match(await units(), { cost: null, price: Number })
})

t.test('the log keeps what was asked and never the keys', async t => {
  const server = await start(t)
  await query(server, 'Companies', [{ op: 'eq', field: 'id', value: 7 }])
  await call(server, 'Companies/7')
  t.match(server.requests[0], { method: 'POST', endpoint: 'Companies', operation: 'list', status: 200, body: /"id"/ })
  t.same(server.requestCounts(), { '/Companies/query': 1, '/Companies/{id}': 1 })
  t.notMatch(JSON.stringify(server.requests), /Fake#Secret|FAKEINTEGRATION|api\.user/)
})

t.test(
  'the same seed gives the same account on the same day, and ids of every account have different lengths',
  async t => {
    const on = new Date('2026-05-15T12:00:00Z')
    const texts = [demoAccount(4, 60, { on }), demoAccount(4, 60, { on })].map(({ tables }) =>
      JSON.stringify(tables.ContractServiceUnits.scan().map(id => tables.ContractServiceUnits.get(id)))
    )
    t.equal(texts[0], texts[1])
    for (const { tables } of [tinyAccount(), demoAccount(), bigAccount({ companies: 2000 })]) {
      for (const entity of ['Companies', 'Contacts', 'Contracts', 'ContractServiceUnits'] as const) {
        t.ok(new Set(tables[entity].scan().map(id => String(id).length)).size > 1, entity)
      }
    }
  }
)

t.test('a big account makes its records when asked, finds children by parent, and takes changes', async t => {
  const server = await start(t, {
    account: bigAccount({ companies: 30_000 }),
    now: () => new Date('2027-01-01T00:00:00Z')
  })
  const rows = await query(server, 'ContractServiceUnits', [{ op: 'in', field: 'contractID', value: [29_000] }])
  t.equal(rows.body.items.length, 24)
  t.ok(rows.body.items.every(({ contractID }: { contractID: number }) => contractID === 29_000))
  server.updateCompany(1234, { companyName: 'Changed' })
  const added = server.addCompany({ companyName: 'Added' })
  server.removeCompany(5)
  const since = {
    op: 'or',
    items: ['lastActivityDate', 'lastTrackedModifiedDateTime'].map(field => ({
      op: 'gte',
      field,
      value: '2027-01-01T00:00:00Z'
    }))
  }
  t.same(await ids(server, 'Companies', [since]), [1234, added.id])
  t.equal((await call(server, 'Companies/5')).status, 404)
})
