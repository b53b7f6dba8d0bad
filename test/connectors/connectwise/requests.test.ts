import t from 'tap'
import { bigAccount } from '../../doubles/connectwise/index.ts'
import { fullRead, lookUp, openInstance, tick } from './instance.ts'

// 1,300 companies, of which 982 take part, with two contacts and one agreement each.
const open = (t: Parameters<typeof openInstance>[0]) =>
  openInstance(t, { account: bigAccount({ companies: 1300 }), rateLimit: false })

t.test('active customers: few requests for all, two for a tick in which nothing changed', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-customers')
  t.equal(kept.clients.size, 982)
  t.same(server.requestCounts(), {
    '/company/companies/count': 2,
    '/company/contacts/count': 2,
    '/company/companies': 1,
    '/company/contacts': 3
  })

  const idle = { '/company/contacts': 1, '/company/companies': 1 }
  server.resetLog()
  await tick(instance, 'active-customers', kept)
  t.same(server.requestCounts(), idle)

  for (let id = 101; id <= 113; id++) server.updateCompany(id, { city: 'Elsewhere' })
  server.resetLog()
  const came = await tick(instance, 'active-customers', kept)
  t.same(server.requestCounts(), { '/company/contacts': 2, '/company/companies': 2 }, 'one per cent changed: two more')
  t.ok(
    came.clients.size > 5 && [...came.clients.values()].every(c => c.contribution.client.address?.city === 'Elsewhere')
  )

  server.resetLog()
  await tick(instance, 'active-customers', kept)
  t.same(server.requestCounts(), idle, 'the overlap brings them again, and they are known')
})

t.test('active agreements: additions come in bundles, and an idle tick asks one of them', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-agreements')
  t.equal(kept.clients.size, 982)
  t.same(server.requestCounts(), {
    '/company/companies/count': 2,
    '/finance/agreements/count': 2,
    // The second asks which companies of foreign agreements exist.
    '/company/companies': 2,
    '/finance/agreements': 2,
    '/system/bundles': 20,
    '/procurement/catalog': 1
  })

  const idle = { '/finance/agreements': 1, '/company/companies': 1, '/system/bundles': 1 }
  server.resetLog()
  await tick(instance, 'active-agreements', kept)
  t.same(server.requestCounts(), idle)

  // Every third of these belongs to no active customer.
  for (let id = 101; id <= 113; id++) server.updateAgreement(id, { name: 'Renewed' })
  server.resetLog()
  await tick(instance, 'active-agreements', kept)
  t.same(server.requestCounts(), {
    '/finance/agreements': 2,
    '/company/companies': 2,
    '/system/bundles': 2,
    '/procurement/catalog': 1
  })
  server.resetLog()
  const again = await tick(instance, 'active-agreements', kept)
  t.same(server.requestCounts(), idle, 'agreements of companies that take no part are not looked up twice')
  t.equal(again.read, 0)
})

t.test('both sync types ask the same question about companies', async t => {
  const instance = await open(t)
  const since = new Date(Date.now() - 900_000)
  const asked = new Set<string>()
  for (const name of ['active-customers', 'active-agreements'] as const) {
    const kept = await fullRead(instance, name)
    instance.server.resetLog()
    await tick(instance, name, kept, since)
    for (const { path, query } of instance.server.requests) asked.add(JSON.stringify([path, query]))
  }
  t.equal(asked.size, 4, 'companies, contacts, agreements, one bundle')
})

t.test(
  'customers that are few among the companies have their children read by their ids, and these are not counted',
  async t => {
    const account = bigAccount({ companies: 400, contactsPerCompany: 3 })
    const instance = await openInstance(t, { account, rateLimit: false }, { settings: { types: ['Prospect'] } })
    const kept = await fullRead(instance, 'active-customers')
    t.equal(kept.clients.size, 40)
    t.same(Object.keys(kept.lists.before), ['companies'])
    t.same(Object.keys(kept.lists.seen), ['companies'])
    t.same(Object.keys(kept.lists.after), ['companies'])
    t.ok(instance.server.requests.some(({ query }) => query.conditions?.startsWith('company/id in (')))
  }
)

t.test('an id list of 1,000 seven-digit ids keeps every URL under 2,000 characters', async t => {
  const instance = await openInstance(t, { account: bigAccount({ companies: 50 }), rateLimit: false })
  const ids = Array.from({ length: 1000 }, (_, index) => String(1_000_000 + index * 7))
  t.same((await lookUp(instance, 'active-customers', ids)).gone, ids)
  // The double answers 414 above 2,000, so what came is not the proof: the lists were long as well.
  const lists = instance.server.requests
    .map(({ query }) => query.conditions ?? '')
    .filter(text => text.startsWith('id in'))
  t.ok(lists.length <= 12, `${lists.length} requests for 1,000 ids, each asked twice since it is missing`)
})

t.test(
  'a large account is read in four ranges of equal length though its ids have gaps, four requests at once',
  async t => {
    const account = bigAccount({ companies: 6000, contactsPerCompany: 1, gaps: true })
    const instance = await openInstance(t, { account, rateLimit: false, latencyMs: 5 })
    const kept = await fullRead(instance, 'active-customers')
    t.same(kept.lists.seen, kept.lists.before)
    t.same(kept.lists.after, kept.lists.before)
    t.equal(new Set(kept.ids).size, kept.ids.length)
    const { server } = instance
    t.ok(server.mostInFlight() >= 3 && server.mostInFlight() <= 4)
    const lengths = kept.pages.map(({ records }) => records.length)
    t.equal(lengths.length, 8, 'two pages each')
    t.ok(Math.max(...lengths) <= 1000 && lengths.filter(length => length > 100).length === 8, lengths.join())
  }
)
