import { once } from 'node:events'
import { connect } from 'node:net'
import t from 'tap'
import { base, call, idsOf, signIn, start } from './asking-connectwise.ts'
import { bigAccount, type Distortion, demoAccount, type FaultRule, type Oddity, tinyIds } from './connectwise/index.ts'

const forwardOnly = { 'pagination-type': 'forward-only' }

t.test('conditions select what they say', async t => {
  const server = await start(t)
  const companies = async (conditions: string) =>
    idsOf((await call(server, 'company/companies', { conditions, fields: 'id' })).body)
  t.same(await companies('status/name="Active" AND deletedFlag=False'), [1, 5, 6, 7, 8, 10, 11])
  t.same(await companies('status/id=2 OR (status/id=3 AND id<100)'), [2, 3])
  t.same(await companies('id in (3,1,99)'), [1, 3])
  t.same(await companies('id not in (1,2,3,4,5,6,7,8)'), [9, 10, 11])
  t.same(await companies('id>=10 and deletedFlag=false'), [10, 11])
  t.same(await companies('lastUpdated>[2025-03-09T10:00:00Z]'), [10, 11])
  t.same(await companies('lastUpdated>=[2025-03-10] AND dateEntered<[2025-01-01T00:00:00Z]'), [10, 11])
  t.same(await companies('dateDeleted!=null'), [4])
  t.same(await companies('dateDeleted=null AND id<3'), [1, 2])
  server.updateCompany(2, { name: 'Sharp [x] "ish" & Co' })
  t.same(await companies('name="sharp*"'), [2])
  t.same(await companies('name like "%[[]x]%"'), [2])
  t.same(await companies('name contains "& co"'), [2])
  t.same(await companies('name not contains "o" AND id=2'), [])
})

t.test('what the grammar or the schema does not know is refused with the vendor error body', async t => {
  const server = await start(t)
  const refused: [string, Record<string, string | number>][] = [
    ['an unknown parameter', { filter: 'x' }],
    ['an unknown field', { conditions: 'colour="red"' }],
    ['a field beyond a reference', { conditions: 'status/colour="red"' }],
    ['_info as a path', { conditions: '_info/lastUpdated>[2025-01-01]' }],
    ['a date without brackets', { conditions: 'lastUpdated>2025-01-01T00:00:00Z' }],
    ['a quoted date', { conditions: 'lastUpdated>"2025-01-01T00:00:00Z"' }],
    ['a date with an offset', { conditions: 'lastUpdated>[2025-01-01T00:00:00+00:00]' }],
    ['an array in conditions', { conditions: 'types/name="Customer"' }],
    ['a scalar in childConditions', { childConditions: 'status/name="Active"' }],
    ['in within childConditions', { childConditions: 'types/id in (1,2)' }],
    ['a number as text', { conditions: 'id="1"' }],
    ['a text as number', { conditions: 'name=1' }],
    ['single quotes', { conditions: "name='Acme'" }],
    ['an open parenthesis', { conditions: '(id=1' }],
    ['an empty list', { conditions: 'id in ()' }],
    ['a term too few', { conditions: 'id=1 AND' }],
    ['an unknown order', { orderBy: 'colour' }],
    ['an unknown field to return', { fields: 'id,colour' }],
    ['a page size above 1000', { pageSize: 1001 }],
    ['a page of zero', { page: 0 }],
    ['pageId without forward-only', { pageId: 5 }],
    ['customFieldConditions', { customFieldConditions: 'caption="x" AND value=1' }]
  ]
  for (const [name, query] of refused) {
    const { status, body } = await call(server, 'company/companies', query)
    t.equal(status, 400, name)
    t.match(body, { code: String, message: String, errors: [{ code: String, field: String }] })
  }
  const long = await call(server, 'company/companies', { conditions: `name="${'x'.repeat(2000)}"` })
  t.equal(long.status, 414)
})

t.test('childConditions look into arrays, each term at any element unless told otherwise', async t => {
  const conditions = 'communicationItems/communicationType="Email" AND communicationItems/defaultFlag=False'
  for (const [childMatch, expected] of [
    ['any-element', [13]],
    ['same-element', [13]]
  ] as const) {
    const server = await start(t, { childMatch })
    t.same(idsOf((await call(server, 'company/contacts', { childConditions: conditions })).body), expected)
    t.same(
      idsOf((await call(server, 'company/companies', { childConditions: 'types/name="Customer"' })).body),
      [1, 2, 3, 4, 7, 9, 10]
    )
    const both = (await call(server, 'company/companies', { childConditions: 'types/id=1 AND types/id=5' })).body
    t.same(idsOf(both), childMatch === 'any-element' ? [tinyIds['customer and partner']] : [])
  }
})

t.test('fields limit the answer, also inside references and _info', async t => {
  const server = await start(t)
  const { body } = await call(server, 'company/companies/1', { fields: 'id,status/id,types/name,_info/lastUpdated' })
  t.same(body, {
    id: 1,
    status: { id: 1 },
    types: [{ name: 'Customer' }],
    _info: { lastUpdated: '2025-03-01T10:00:00Z' }
  })
  t.same((await call(server, 'company/companies/1')).body, JSON.parse(JSON.stringify(server.data.companies.get(1))))
})

t.test('forward-only pages cover every id once and end with an empty Link', async t => {
  const server = await start(t, { account: demoAccount(7) })
  const seen: number[] = []
  for (let after = 0; ; ) {
    const page = await call(server, 'company/companies', { pageSize: 90, pageId: after, fields: 'id' }, forwardOnly)
    seen.push(...idsOf(page.body))
    if (page.link === '') break
    t.match(page.link, /^<http.*pageSize=90.*>; rel="next"$/)
    after = Number(/pageId=(\d+)/.exec(page.link!)![1])
    t.equal(after, seen.at(-1))
  }
  t.same(
    seen,
    [...new Set(seen)].sort((a, b) => a - b)
  )
  t.equal(seen.length, 500)
  for (const query of [{ page: 1 }, { orderBy: 'id' }]) {
    t.equal((await call(server, 'company/companies', query, forwardOnly)).status, 400)
  }
})

t.test('navigable pages link first, prev, next and last, and nothing when all fits', async t => {
  const server = await start(t, { linkOrigin: 'https://na.example.test' })
  const page = await call(server, 'company/companies', {
    page: 2,
    pageSize: 4,
    orderBy: 'name desc',
    fields: 'id,name'
  })
  t.same(
    [...page.link!.matchAll(/[?&]page=(\d+)[^>]*>; rel="(\w+)"/g)].map(([, number, rel]) => `${rel} ${number}`),
    ['first 1', 'prev 1', 'next 3', 'last 3']
  )
  t.match(page.link, /^<https:\/\/na\.example\.test/)
  t.equal((await call(server, 'company/companies', { page: 3, pageSize: 4 })).link!.includes('rel="next"'), false)
  t.equal((await call(server, 'company/companies')).link, null)
  t.same((await call(server, 'company/companies/count', { conditions: 'deletedFlag=True' })).body, { count: 2 })
})

t.test('sign-in takes companyId+publicKey and privateKey, and a known clientId', async t => {
  const server = await start(t, { hideBadCredentials: true, clientIdRefusal: 403 })
  const { companyId, publicKey, privateKey } = server.account
  const swapped = { Authorization: `Basic ${btoa(`${companyId}+${privateKey}:${publicKey}`)}` }
  t.equal((await call(server, `/${server.release}/apis/3.0/system/info`, {}, swapped)).status, 401)
  t.equal((await call(server, 'system/info', {}, swapped)).status, 404)
  t.equal((await call(server, 'system/info', {}, { clientId: 'unknown' })).status, 403)
  t.match((await call(server, 'system/info')).body, { version: 'v2026.1', isCloud: true })
})

t.test('a right that the role lacks is named in a 403, and setup tables need none', async t => {
  const server = await start(t, { revoked: ['agreements'] })
  const refused = await call(server, 'finance/agreements')
  t.equal(refused.status, 403)
  t.match(refused.body, { code: 'Security', message: /Finance > Agreements/ })
  server.grant('agreements')
  server.revoke('company')
  t.equal((await call(server, 'finance/agreements')).status, 200)
  t.equal((await call(server, 'company/companies/1')).status, 403)
  t.equal((await call(server, 'company/companies/types')).status, 200)
})

t.test('an upgrade moves the release path and leaves the alias', async t => {
  const server = await start(t)
  const info = () => call(server, `/login/companyinfo/${server.account.companyId}`)
  t.match((await info()).body, { Codebase: 'v2026_1/', VersionCode: 'v2026.1', IsCloud: true })
  server.upgrade('v2026_2')
  t.equal((await info()).body.Codebase, 'v2026_2/')
  t.equal((await call(server, '/v2026_1/apis/3.0/system/info')).status, 404)
  t.equal((await call(server, '/v2026_2/apis/3.0/system/info')).status, 200)
  t.equal((await call(server, 'system/info')).status, 200)
  t.same((await call(server, '/login/companyinfo/nobody')).body, null)
})

t.test('a merge sets deletedFlag alone and moves contacts and agreements in silence', async t => {
  const server = await start(t, { now: () => new Date('2026-05-01T00:00:00Z') })
  const before = server.data.companies.get(1)!._info
  server.merge(1, 7)
  const { body } = await call(server, 'company/companies/1')
  t.match(body, { deletedFlag: true, status: { name: 'Active' }, _info: { lastUpdated: before!.lastUpdated } })
  const moved = await call(server, 'company/contacts', { conditions: 'company/id=7', fields: 'id,_info/lastUpdated' })
  t.same(idsOf(moved.body), [11, 12, 13, 71])
  t.equal(moved.body[0]._info.lastUpdated, '2025-03-01T10:00:00Z')
  server.deleteCompany(7)
  t.match((await call(server, 'company/companies/7')).body, { deletedFlag: true, dateDeleted: '2026-05-01T00:00:00Z' })
  server.removeAgreement(101)
  t.equal((await call(server, 'finance/agreements/101')).status, 404)
  server.updateAddition(1007, { quantity: 4 })
  t.equal(server.data.agreements.get(105)!._info!.lastUpdated, '2025-03-05T10:00:00Z')
})

t.test('a bundle answers each request by itself', async t => {
  const server = await start(t)
  const requests = [
    {
      sequenceNumber: 1,
      resourceType: 'addition',
      version: '2020.1',
      apiRequest: { parentId: 101, page: { pageSize: 1000 } }
    },
    { sequenceNumber: 2, resourceType: 'spaceship', apiRequest: {} },
    { sequenceNumber: 3, resourceType: 'addition', apiRequest: { parentId: 999 } },
    { sequenceNumber: 4, resourceType: 'company', apiRequest: { filters: { conditions: 'id=5' }, fields: 'id' } }
  ]
  const response = await fetch(`${server.url}${base}/system/bundles`, {
    method: 'POST',
    headers: { ...signIn(server), 'Content-Type': 'application/json' },
    body: JSON.stringify({ requests })
  })
  const { results } = (await response.json()) as any
  t.same(idsOf(results[0].entities), [1001, 1002, 1003, 1004, 1005, 1006])
  t.match(results[1], { success: false, statusCode: 400, error: { code: String } })
  t.match(results[2], { success: false, statusCode: 404 })
  t.match(results[3], { success: true, entities: [{ id: 5 }] })
})

t.test('lists below a parent, the catalogue and setup tables are there', async t => {
  const server = await start(t)
  t.equal((await call(server, 'finance/agreements/101/additions/count')).body.count, 6)
  t.equal((await call(server, 'finance/agreements/105/additions/1001')).status, 404)
  t.match((await call(server, 'company/contacts/11/communications')).body[0], {
    contactId: 11,
    communicationType: 'Email'
  })
  t.match((await call(server, 'company/companies/1/sites')).body[0], { primaryAddressFlag: true })
  t.match((await call(server, 'company/communicationTypes')).body[0], { emailFlag: true })
  const catalog = (
    await call(server, 'procurement/catalog', { conditions: 'id in (1,2,3)', fields: 'vendor/name,manufacturer' })
  ).body
  t.same(
    catalog.map((item: object) => Object.keys(item).sort()),
    [['manufacturer', 'vendor'], ['manufacturer'], []]
  )
  t.equal((await call(server, 'company/companies/77')).status, 404)
  t.equal((await call(server, 'company/nothing')).status, 404)
})

t.test('more requests than the limit meet 429 with Retry-After', async t => {
  const server = await start(t, { rateLimit: { requests: 2, perSeconds: 30 } })
  for (let index = 0; index < 2; index++) t.equal((await call(server, 'system/info')).status, 200)
  const refused = await call(server, 'system/info')
  t.equal(refused.status, 429)
  t.equal(refused.headers.get('retry-after'), '30')
  t.match(refused.body, { error: 'ConnectWiseAPI', message: /in 30 seconds/ })
})

t.test('a fault meets the requests its rule names, as often as it says', async t => {
  const server = await start(t)
  const fault = server.fail({ kind: 'status', status: 503, path: /companies\?.*pageSize=5/, after: 1, times: 1 })
  const statuses: number[] = []
  for (let index = 0; index < 3; index++)
    statuses.push((await call(server, 'company/companies', { pageSize: 5 })).status)
  t.same(statuses, [200, 503, 200])
  t.equal(fault.hits, 1)
  server.fail({ kind: 'html', path: 'contacts' })
  t.match((await call(server, 'company/contacts')).headers.get('content-type'), /text\/html/)
  const limit = server.fail({ kind: 'rateLimit', retryAfter: -5 })
  t.equal((await call(server, 'system/info')).headers.get('retry-after'), '-5')
  limit.clear()
  t.equal((await call(server, 'system/info')).status, 200)
})

t.test('spoilt bodies break where the rule says', async t => {
  const server = await start(t)
  const once = async (rule: FaultRule) => {
    const fault = server.fail(rule)
    try {
      return await call(server, 'company/companies', { fields: 'id,name' })
    } finally {
      fault.clear()
    }
  }
  t.equal((await once({ kind: 'truncated' })).body, undefined)
  t.equal((await once({ kind: 'contentLengthTooShort' }).catch(() => ({ body: undefined }))).body, undefined)
  await t.rejects(once({ kind: 'contentLengthTooLong' }))
  t.equal((await once({ kind: 'noLengthEarlyClose' })).body, undefined)
  t.equal((await once({ kind: 'noLengthEarlyClose', atRecordEdge: true })).body.length, 6)
  await t.rejects(once({ kind: 'reset' }))
  t.match(await once({ kind: 'redirect', location: 'http://127.0.0.1:1/' }), { status: 302 })
  t.same((await once({ kind: 'emptyPage' })).body, [])
  t.match((await once({ kind: 'latin1' })).text, /\uFFFD/)
  t.equal((await once({ kind: 'hugeBody', bytes: 1e6 })).body.at(-1), null)
  t.ok((await once({ kind: 'gzipBomb', bytes: 3e6 })).text.length >= 3e6)
  const repeat = server.fail({ kind: 'repeatPage', path: 'company/companies' })
  const pages = [0, 3].map(pageId =>
    call(server, 'company/companies', { pageId, pageSize: 3, fields: 'id' }, forwardOnly)
  )
  const [first, second] = await Promise.all(pages)
  t.same(first!.body, second!.body)
  repeat.clear()
})

t.test('a slow or silent answer keeps the client waiting', async t => {
  const server = await start(t)
  for (const kind of ['hang', 'slowHeaders', 'drip'] as const) {
    const fault = server.fail({ kind })
    const signal = AbortSignal.timeout(150)
    const answer = fetch(`${server.url}${base}/system/info`, { headers: signIn(server), signal }).then(r => r.text())
    await t.rejects(answer, { name: 'TimeoutError' }, kind)
    fault.clear()
  }
})

t.test('a bad record fails its page and spares id-only reads', async t => {
  const server = await start(t)
  server.fail({ kind: 'badRecord', companyId: 7 })
  const bad = await call(server, 'company/companies')
  t.equal(bad.status, 500)
  t.equal(bad.body.message, 'String was not recognized as a valid Boolean.')
  t.equal((await call(server, 'company/companies', { fields: 'id' })).status, 200)
  t.equal((await call(server, 'company/companies', { conditions: 'id<7' })).status, 200)
})

t.test('an odd record is odd on its way out alone', async t => {
  const server = await start(t)
  const odd = async (name: Oddity | Distortion) => {
    const fault = server.fail({ kind: 'oddRecord', id: 1, odd: name })
    const { body } = await call(server, 'company/companies', { pageSize: 1 })
    fault.clear()
    return body[0]
  }
  t.equal((await odd('noName')).name, undefined)
  t.equal((await odd('noId')).id, undefined)
  t.equal((await odd('numericStrings')).id, '1')
  t.equal((await odd('longName')).name.length, 10_000)
  t.match(await odd('spacedDates'), { _info: { lastUpdated: '2015-12-24T22: 08: 22Z' } })
  t.equal((await odd('nulls')).addressLine2, null)
  t.same((await odd('emptyReferences')).status, {})
  t.equal(await odd('nullRecord'), null)
  t.equal((await odd(record => ({ ...record, name: 'mine' }))).name, 'mine')
})

t.test('the log keeps what was asked and never the keys', async t => {
  const server = await start(t)
  await call(server, 'company/companies/1', { fields: 'id' })
  t.match(server.requests[0], {
    method: 'GET',
    path: `${base}/company/companies/1`,
    query: { fields: 'id' },
    status: 200
  })
  t.notMatch(JSON.stringify(server.requests), /Basic|FakePrivate/)
  t.same(server.requestCounts(), { '/company/companies/{id}': 1 })
  server.resetLog()
  t.same(server.requests, [])
})

t.test('the same seed gives the same demo account, mostly of active customers', async t => {
  const texts = [demoAccount(3), demoAccount(3)].map(({ companies, contacts }) =>
    JSON.stringify([companies.get(77), contacts.scan({})])
  )
  t.equal(texts[0], texts[1])
  const server = await start(t, { account: demoAccount(1) })
  const query = { conditions: 'status/name="Active" AND deletedFlag=False', childConditions: 'types/name="Customer"' }
  const { count } = (await call(server, 'company/companies/count', query)).body
  t.ok(count > 250 && count < 400, `${count} of 500`)
})

t.test('a big account makes its records when asked and takes changes', async t => {
  const server = await start(t, {
    account: bigAccount({ companies: 20_000 }),
    now: () => new Date('2026-06-01T00:00:00Z')
  })
  const page = await call(server, 'company/companies', { pageId: 15_000, pageSize: 1000 }, forwardOnly)
  t.same([page.body[0].id, page.body.length], [15_001, 1000])
  t.same(idsOf((await call(server, 'company/contacts', { conditions: 'company/id in (9,10)' })).body), [17, 18, 19, 20])
  server.updateCompany(4321, { name: 'Changed' })
  server.addCompany({ name: 'Added' })
  server.purgeCompany(5)
  const changed = await call(server, 'company/companies', {
    conditions: 'lastUpdated>=[2026-06-01T00:00:00Z]',
    fields: 'id,name'
  })
  t.same(changed.body, [
    { id: 4321, name: 'Changed' },
    { id: 20_001, name: 'Added' }
  ])
  t.equal((await call(server, 'company/companies/5')).status, 404)
})

t.test('a client that speaks no HTTP is refused', async t => {
  const server = await start(t)
  const socket = connect(server.port, '127.0.0.1')
  socket.end('nonsense\r\n\r\n')
  const [answer] = await once(socket, 'data')
  t.match(String(answer), /^HTTP\/1\.1 400/)
})
