import t from 'tap'
import { credentialsFor } from './vendor.ts'
import { installOver, openWholeHost } from './whole-host.ts'

t.test('two tenants over one vendor account see, change and erase nothing of each other', async t => {
  const host = await openWholeHost(t)
  const { call, all, vendor } = host
  const mine = await host.install('active-customers', 'active-agreements')
  const theirs = await installOver(host, vendor, ['active-customers'], 'other')
  const body = async (path: string, tenant: string) => (await call('GET', path, undefined, tenant)).body
  while (!(await body(`/v1/installations/${theirs.id}`, 'other')).lastRun)
    await new Promise(resolve => setTimeout(resolve, 20))

  const myClients = await all('/v1/clients')
  const theirClients = await all('/v1/clients', 'other')
  t.equal(myClients.length, 3)
  t.equal(theirClients.length, 3)
  const ids = (clients: any[]) => new Set(clients.map(({ id }) => id))
  t.equal(ids([...myClients, ...theirClients]).size, 6)
  t.same(await all('/v1/agreements', 'other'), [])
  t.equal((await all('/v1/connections', 'other')).length, 1)

  const { lastRun } = await body(`/v1/installations/${mine.id}`, 'acme')
  const paths = [
    `/v1/installations/${mine.id}`,
    `/v1/installations/${mine.id}/runs`,
    `/v1/runs/${lastRun.id}`,
    `/v1/runs/${lastRun.id}/rejects`,
    `/v1/clients/${myClients[0].id}`,
    `/v1/integrations/connectwise/explain?connectionId=${mine.connectionId}&id=1`
  ]
  for (const path of paths) t.equal((await call('GET', path, undefined, 'other')).status, 404, path)
  for (const filter of [`connectionId=${mine.connectionId}`, `clientId=${myClients[0].id}`]) {
    const list = filter.startsWith('client') ? '/v1/agreements' : '/v1/clients'
    t.same(await all(`${list}?${filter}`, 'other'), [])
  }
  const { password } = credentialsFor(vendor.url)
  const changes = [
    ['PATCH', `/v1/connections/${mine.connectionId}`, { credentials: { password } }],
    ['PATCH', `/v1/installations/${mine.id}`, { schedule: { every: '1h' } }],
    ...['stop', 'sync', 'compare', 'uninstall'].map(wish => ['POST', `/v1/installations/${mine.id}/${wish}`] as const),
    ['DELETE', `/v1/installations/${mine.id}`],
    [
      'POST',
      '/v1/integrations/connectwise/install',
      { connectionId: mine.connectionId, syncTypes: ['active-agreements'] }
    ],
    ['POST', '/v1/integrations/connectwise/preview', { connectionId: mine.connectionId, syncType: 'active-customers' }]
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
