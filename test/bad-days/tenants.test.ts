import t from 'tap'
import { kinds } from '../vendors/every.ts'
import { installOver, openWholeHost } from './whole-host.ts'

for (const kind of kinds)
  t.test(`two tenants over one account of ${kind.title} see, change and erase nothing of each other`, async t => {
    const host = await openWholeHost(t, { vendor: await kind.start(t) })
    const { call, all, vendor } = host
    const { customers, agreements } = kind
    const mine = await host.install(customers, agreements)
    const theirs = await installOver(host, vendor, [customers], 'other')
    const body = async (path: string, tenant: string) => (await call('GET', path, undefined, tenant)).body
    while (!(await body(`/v1/installations/${theirs.id}`, 'other')).lastRun)
      await new Promise(resolve => setTimeout(resolve, 20))

    const myClients = await all('/v1/clients')
    const theirClients = await all('/v1/clients', 'other')
    const expected = vendor.oracle.customers().length
    t.equal(myClients.filter(({ status }) => status === 'active').length, expected)
    t.equal(theirClients.length, expected)
    const ids = (clients: any[]) => new Set(clients.map(({ id }) => id))
    t.equal(ids([...myClients, ...theirClients]).size, myClients.length + expected)
    t.same(await all('/v1/agreements', 'other'), [])
    t.equal((await all('/v1/connections', 'other')).length, 1)

    const { lastRun } = await body(`/v1/installations/${mine.id}`, 'acme')
    const paths = [
      `/v1/installations/${mine.id}`,
      `/v1/installations/${mine.id}/runs`,
      `/v1/runs/${lastRun.id}`,
      `/v1/runs/${lastRun.id}/rejects`,
      `/v1/clients/${myClients[0].id}`,
      `/v1/integrations/${kind.connector}/explain?connectionId=${mine.connectionId}&id=1`
    ]
    for (const path of paths) t.equal((await call('GET', path, undefined, 'other')).status, 404, path)
    for (const filter of [`connectionId=${mine.connectionId}`, `clientId=${myClients[0].id}`]) {
      const list = filter.startsWith('client') ? '/v1/agreements' : '/v1/clients'
      t.same(await all(`${list}?${filter}`, 'other'), [])
    }
    const { secretField } = vendor
    const changes = [
      [
        'PATCH',
        `/v1/connections/${mine.connectionId}`,
        { credentials: { [secretField]: vendor.credentials[secretField] } }
      ],
      ['PATCH', `/v1/installations/${mine.id}`, { schedule: { every: '1h' } }],
      ...['stop', 'sync', 'compare', 'uninstall'].map(
        wish => ['POST', `/v1/installations/${mine.id}/${wish}`] as const
      ),
      ['DELETE', `/v1/installations/${mine.id}`],
      [
        'POST',
        `/v1/integrations/${kind.connector}/install`,
        { connectionId: mine.connectionId, syncTypes: [agreements] }
      ],
      ['POST', `/v1/integrations/${kind.connector}/preview`, { connectionId: mine.connectionId, syncType: customers }]
    ] as const
    for (const [method, path, given] of changes) {
      t.equal((await call(method, path, given, 'other')).status, 404, `${method} ${path}`)
    }
    t.match(await body(`/v1/installations/${mine.id}`, 'acme'), { status: 'running' })

    t.equal((await call('DELETE', `/v1/installations/${theirs.id}`, undefined, 'other')).status, 204)
    t.same(await all('/v1/clients', 'other'), [])
    t.same(ids(await all('/v1/clients')), ids(myClients))
    t.match(await host.run(mine.id), { status: 'succeeded' })
  })
