import t from 'tap'
import { bigAccount } from '../../doubles/connectwise/index.ts'
import { fullRead, openInstance, syncTypes, tick } from './instance.ts'

// 1,300 companies, of which 982 take part, with two contacts and one agreement each.
const open = (t: Parameters<typeof openInstance>[0]) =>
  openInstance(t, { account: bigAccount({ companies: 1300 }), rateLimit: false })

t.test('active customers: few requests for all, two for a tick in which nothing changed', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-customers')
  t.equal(kept.clients.size, 982)
  t.same(server.requestCounts(), {
    '/company/companies/types': 1,
    '/company/companies/statuses': 1,
    '/company/companies/count': 1,
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
  t.same(server.requestCounts(), { '/company/contacts': 2, '/company/companies': 1 }, 'one per cent changed: one more')
  t.ok(
    came.clients.size > 5 && [...came.clients.values()].every(c => c.contribution.client.address?.city === 'Elsewhere')
  )

  server.resetLog()
  await tick(instance, 'active-customers', kept)
  t.same(server.requestCounts(), idle, 'the overlap brings them again, and they are known')
})

t.test('active agreements: additions come in bundles, and an idle tick costs two requests', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-agreements')
  t.equal(kept.clients.size, 982)
  t.same(server.requestCounts(), {
    '/company/companies/types': 1,
    '/company/companies/statuses': 1,
    '/company/companies/count': 1,
    // The second asks which companies of foreign agreements exist.
    '/company/companies': 2,
    '/finance/agreements': 2,
    '/system/bundles': 20,
    '/procurement/catalog': 1
  })

  const idle = { '/finance/agreements': 1, '/company/companies': 1 }
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
    '/system/bundles': 1,
    '/procurement/catalog': 1
  })
  server.resetLog()
  const again = await tick(instance, 'active-agreements', kept)
  t.same(server.requestCounts(), idle, 'agreements of companies that take no part are not looked up twice')
  t.equal(again.read, 0)
})

t.test('an id list of 1,000 seven-digit ids keeps every URL under 2,000 characters', async t => {
  const instance = await openInstance(t, { account: bigAccount({ companies: 50 }), rateLimit: false })
  const { server, calls } = instance
  const ids = Array.from({ length: 1000 }, (_, index) => String(1_000_000 + index * 7))
  const gone: string[] = []
  for await (const page of syncTypes['active-customers'].lookup(calls.call(), ids)) gone.push(...(page.gone ?? []))
  t.same(gone, ids)
  // The double answers 414 above 2,000, so what came is not the proof: the lists were long as well.
  const lists = server.requests.map(({ query }) => query.conditions ?? '').filter(text => text.startsWith('id in'))
  t.ok(lists.length <= 12, `${lists.length} requests for 1,000 ids, each asked twice since it is missing`)
})

t.test('a large account is read in disjoint ranges, at most four requests at once', async t => {
  const instance = await openInstance(t, {
    account: bigAccount({ companies: 6000, contactsPerCompany: 1 }),
    rateLimit: false,
    latencyMs: 5
  })
  const kept = await fullRead(instance, 'active-customers')
  t.equal(kept.sourceCount, kept.clients.size)
  t.equal(new Set(kept.ids).size, kept.ids.length)
  t.ok(instance.server.mostInFlight() >= 2 && instance.server.mostInFlight() <= 4)
})
