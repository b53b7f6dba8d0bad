import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import { leased, profileOf, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { openDesk } from '../integrations/installations/desk.ts'

t.test('a client shows what its sync types know, and where it is from', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada & Co', email: 'ada@example.test', plan: 'Gold' })
  const { connectionId, ids } = await install('people', 'plans')
  for (const id of ids) await ran(id)
  const [client] = (await call('GET', '/v1/clients')).body.items
  t.match(client, {
    id: /^cli_/,
    name: 'Ada & Co',
    status: 'active',
    statusReason: null,
    address: null,
    emails: [{ value: 'ada@example.test', label: null, primary: true }],
    phones: [],
    websites: [],
    sources: [{ connector: 'tallybook', connectionId, externalId: '1', lastSeenAt: /Z$/ }],
    agreementCount: 1
  })
  t.notOk('parts' in client || 'rev' in client || 'tenant' in client)
  const one = (await call('GET', `/v1/clients/${client.id}`)).body
  const agreement = {
    clientId: client.id,
    clientName: 'Ada & Co',
    externalId: 'p1',
    vendorName: 'Tally',
    vendors: ['Tally'],
    contractName: 'Gold',
    overallCost: '10.00',
    currency: 'EUR',
    billingCycle: 'Monthly',
    status: 'active',
    startDate: null,
    endDate: null
  }
  t.match(one, { ...client, agreements: [agreement] })
  t.same((await call('GET', '/v1/agreements')).body, { items: one.agreements, nextCursor: null })
})

t.test('clients are found by word, status, connection and vendor id', async t => {
  const { call, install, ran, book } = await openDesk(t)
  for (const [id, name] of ['Émile Zola', 'zoe', 'Anna Karenina', 'Émile Zola'].entries())
    book.customers.set(id + 1, { id: id + 1, name })
  const { connectionId, ids } = await install('people')
  const first = (await ran(ids[0]!)).lastRun.id
  book.customers.set(2, { id: 2, name: 'zoe', active: false })
  await call('POST', `/v1/installations/${ids[0]}/sync`)
  await ran(ids[0]!, first)
  const found = async (query: string) =>
    (await call('GET', `/v1/clients?${query}`)).body.items.map((one: any) => one.name)
  t.same(await found(''), ['Anna Karenina', 'Émile Zola', 'Émile Zola', 'zoe'])
  t.same(await found('search=zo'), ['Émile Zola', 'Émile Zola', 'zoe'])
  t.same(await found('search=emile'), ['Émile Zola', 'Émile Zola'])
  t.same(await found('search=ola'), [])
  t.same(await found('status=inactive'), ['zoe'])
  t.same(await found('externalId=3'), ['Anna Karenina'])
  t.same(await found(`connectionId=${connectionId}&search=anna`), ['Anna Karenina'])
  t.same(await found('connectionId=con_none'), [])
  t.equal((await call('GET', '/v1/clients?status=asleep')).status, 400)
  t.match((await call('GET', '/v1/clients?status=inactive')).body.items, [{ statusReason: 'It is switched off' }])
  t.same((await call('GET', '/v1/clients', undefined, 'other')).body.items, [])
})

t.test('a client that has not changed counts as seen by the last complete pass', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada' })
  const [id] = (await install('people')).ids as [string]
  const first = (await ran(id)).lastRun
  const seen = async () => (await call('GET', '/v1/clients')).body.items[0].sources[0].lastSeenAt
  const before = await seen()
  await call('POST', `/v1/installations/${id}/compare`)
  const compare = (await ran(id, first.id)).lastRun
  t.equal(compare.counts.unchanged, 1)
  t.ok((await seen()) > before)
})

t.test('agreements are found by client, and by status in any letter case', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada', plan: 'Gold' })
  book.customers.set(2, { id: 2, name: 'Bob', plan: 'Tin' })
  const [id] = (await install('plans')).ids as [string]
  await ran(id)
  const [ada] = (await call('GET', '/v1/clients?externalId=1')).body.items
  const names = async (query: string) =>
    (await call('GET', `/v1/agreements?${query}`)).body.items.map((one: any) => one.contractName).sort()
  t.same(await names(''), ['Gold', 'Tin'])
  t.same(await names(`clientId=${ada.id}`), ['Gold'])
  t.same(await names('status=ACTIVE'), ['Gold', 'Tin'])
  t.same(await names('status=gone'), [])
  t.same((await call('GET', `/v1/agreements?clientId=${ada.id}`, undefined, 'other')).body.items, [])
})

t.test('a phone that was stored before what was typed was kept says so', async t => {
  const { host, call } = await buildTestHost(t)
  const lease = await leased(host.store, { tenant: 'acme' })
  const { typed: _, ...phone } = profileOf('Old').phones[0]!
  const record = recordOf(lease, '1', {
    profile: { ...profileOf('Old'), phones: [phone as typeof phone & { typed: null }] }
  })
  await put(host.store, lease, [record, recordOf(lease, '2')])
  const { status, body } = await call('acme', 'GET', '/v1/clients')
  t.equal(status, 200)
  t.strictSame(
    body.items.map(({ phones }: any) => phones),
    [[profileOf('New').phones[0]], [{ ...phone, typed: null }]]
  )
})

t.test('B3: when a client leaves its agreements say so, and what is in force is one filter', async t => {
  const { call, install, ran, book } = await openDesk(t)
  book.customers.set(1, { id: 1, name: 'Ada', plan: 'Gold' })
  book.customers.set(2, { id: 2, name: 'Bob', plan: 'Tin' })
  const [id] = (await install('plans')).ids as [string]
  const first = (await ran(id)).lastRun.id
  book.customers.set(2, { id: 2, name: 'Bob', plan: 'Tin', active: false })
  await call('POST', `/v1/installations/${id}/sync`)
  await ran(id, first)
  const listed = async (query: string) =>
    (await call('GET', `/v1/agreements?${query}`)).body.items
      .map((one: any) => `${one.contractName} ${one.status} ${one.clientStatus}`)
      .sort()
  t.same(await listed(''), ['Gold active active', 'Tin active inactive'])
  t.same(await listed('status=active&clientStatus=active'), ['Gold active active'])
})
