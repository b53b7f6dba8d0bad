import t from 'tap'
import { bigAccount } from '../../doubles/autotask/index.ts'
import { fullRead, openInstance, tick } from './instance.ts'

// 1,300 companies, of which 1,008 take part, with two contacts and one contract of two services each.
const open = (t: Parameters<typeof openInstance>[0]) =>
  openInstance(t, { account: bigAccount({ companies: 1300, rowsPerService: 2 }) })

t.test('active customers: few requests for all, three for a tick in which nothing changed', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-customers')
  t.equal(kept.clients.size, 1008)
  t.strictSame(server.requestCounts(), {
    '/ThresholdInformation': 3,
    '/Companies/query/count': 2,
    '/Contacts/query/count': 2,
    '/Companies/query': 3,
    '/Contacts/query': 7,
    '/Countries/query': 1
  })

  const idle = { '/ThresholdInformation': 1, '/Contacts/query': 1, '/Companies/query': 1 }
  server.resetLog()
  await tick(instance, 'active-customers', kept)
  t.strictSame(server.requestCounts(), idle)

  for (let id = 101; id <= 113; id++) server.updateCompany(id, { city: 'Elsewhere' })
  server.resetLog()
  const came = await tick(instance, 'active-customers', kept)
  t.strictSame(
    server.requestCounts(),
    {
      ...idle,
      '/Contacts/query': 2,
      '/Companies/query': 2,
      '/Countries/query': 1,
      '/Companies/entityInformation/fields': 1
    },
    'one per cent changed: three more, and the labels for those of another type'
  )
  t.ok(
    came.clients.size > 5 && [...came.clients.values()].every(c => c.contribution.client.address?.city === 'Elsewhere')
  )

  server.resetLog()
  await tick(instance, 'active-customers', kept)
  t.strictSame(server.requestCounts(), idle, 'the overlap brings them again, and they are known')
})

t.test('active contracts: what hangs on them comes by lists of 400, and an idle tick looks at a hundred', async t => {
  const instance = await open(t)
  const { server } = instance
  const kept = await fullRead(instance, 'active-contracts')
  t.equal(kept.clients.size, 878, 'of every eighth the contract is inactive')
  t.strictSame(server.requestCounts(), {
    '/ThresholdInformation': 3,
    '/Companies/query/count': 2,
    '/Contracts/query/count': 2,
    // Pages, with each one whether the companies of other contracts are there, and the vendors' names.
    '/Companies/query': 7,
    '/Contracts/query': 5,
    '/Contracts/entityInformation/fields': 1,
    '/Currencies/query': 1,
    '/ContractServices/query': 7,
    // Asked twice: it would be odd that nobody has one.
    '/ContractServiceBundles/query': 10,
    '/ContractServiceUnits/query': 7,
    '/Services/query': 1,
    '/Services/entityInformation/fields': 1
  })

  const idle = {
    '/ThresholdInformation': 1,
    '/Contracts/query': 1,
    '/Companies/query': 1,
    '/ContractServiceUnits/query': 1
  }
  server.resetLog()
  t.equal((await tick(instance, 'active-contracts', kept)).read, 0)
  t.strictSame(server.requestCounts(), idle)

  for (let id = 101; id <= 113; id++) server.updateContract(id, { contractName: 'Renewed' })
  await tick(instance, 'active-contracts', kept)
  server.resetLog()
  const again = await tick(instance, 'active-contracts', kept)
  t.equal(again.read, 0, 'contracts of companies that take no part are not looked up twice')
  t.strictSame(server.requestCounts(), idle)
})

t.test(
  'both sync types ask the same of the calls that are left and of companies, in one URL that is short enough',
  async t => {
    const instance = await open(t)
    const since = new Date(Date.now() - 900_000)
    const asked = new Set<string>()
    for (const name of ['active-customers', 'active-contracts'] as const) {
      const kept = await fullRead(instance, name)
      instance.server.resetLog()
      await tick(instance, name, kept, since)
      for (const { method, path, query, body } of instance.server.requests) {
        asked.add(JSON.stringify([method, path, query, method === 'GET' ? null : body]))
        t.ok(`${path}?${new URLSearchParams(query as Record<string, string>)}`.length < 2000)
      }
    }
    t.equal(asked.size, 5, 'calls left, companies, contacts, contracts, units in rotation')
  }
)

t.test('customers that are few have their contacts read by their ids, and these are not counted', async t => {
  const account = bigAccount({ companies: 400, contactsPerCompany: 3 })
  const instance = await openInstance(t, { account }, { settings: { types: ['Vendor'] } })
  const kept = await fullRead(instance, 'active-customers')
  t.equal(kept.clients.size, 10 - [40, 80, 120, 160, 200, 240, 280, 320, 360, 400].filter(id => id % 10 === 7).length)
  t.strictSame([Object.keys(kept.lists.before), Object.keys(kept.lists.seen)], [['companies'], ['companies']])
})
