import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'
import { account, token as deskToken, startAcmeDesk } from '../../connectors/acme-desk/server.ts'

t.test('who did what is listed, refusals too, to those of the tenant who may read it', async t => {
  const desk = await startAcmeDesk(new Map([['a1', account('a1', 'Some Client Name', true)]]))
  t.teardown(desk.close)
  const { call, host, as } = await buildTestHost(t, { connectors: [acmeDesk], env: { OUTBOUND_ALLOW: desk.url } })
  const base = '/v1/integrations/acme-desk'
  const credentials = { token: deskToken, region: desk.url }
  await call('one', 'POST', `${base}/validate`, { credentials: { ...credentials, token: 'fake-wrong-token' } })
  const installed = await call('one', 'POST', `${base}/install`, { credentials, syncTypes: ['active-accounts'] })
  t.equal(installed.status, 201)
  const [{ id }] = installed.body.installations
  await call('one', 'POST', `/v1/installations/${id}/stop`)
  await call('one', 'POST', `/v1/installations/${id}/sync`)
  await call('two', 'POST', `/v1/installations/${id}/stop`)
  const headers = await as('one', ['integrations:read'])
  t.equal((await host.inject({ method: 'POST', url: `/v1/installations/${id}/start`, headers })).statusCode, 403)
  await call('one', 'GET', '/v1/clients')

  const { status, body } = await call('one', 'GET', '/v1/activity')
  t.equal(status, 200)
  t.match(body.items.toReversed(), [
    { seq: 1, action: 'integration.validate', outcome: 'done', actor: 'user-of-one', from: '127.0.0.1' },
    { action: 'integration.install', outcome: 'done', target: { kind: 'connection', id: installed.body.connectionId } },
    { action: 'installation.stop', outcome: 'done', target: { kind: 'installation', id } },
    { action: 'installation.sync', outcome: 'refused', code: 'HOST_ERR_TRANSITION' },
    { action: 'installation.start', outcome: 'refused', code: 'HOST_ERR_FORBIDDEN' }
  ])
  t.equal(body.items.length, 5, 'reading is not written down')
  t.notMatch(JSON.stringify(body), new RegExp(`${deskToken}|fake-wrong-token|Some Client Name|"mac"`))
  t.match((await call('two', 'GET', '/v1/activity')).body.items, [{ code: 'HOST_ERR_NOT_FOUND', outcome: 'refused' }])

  t.equal((await call('one', 'GET', '/v1/activity?action=installation.stop')).body.items.length, 1)
  t.equal((await call('one', 'GET', '/v1/activity?actor=user-of-one&limit=2')).body.items.length, 2)
  t.equal((await call('one', 'GET', '/v1/activity?by=people')).body.items.length, 5)
  t.same((await call('one', 'GET', '/v1/activity?by=host')).body.items, [])
  await host.audit.own({
    tenant: 'one',
    action: 'installation.hold',
    target: { kind: 'installation', id },
    details: {}
  })
  t.match((await call('one', 'GET', '/v1/activity?by=host')).body.items, [{ action: 'installation.hold', actor: null }])
  t.equal((await call('one', 'GET', '/v1/activity?by=people')).body.items.length, 5)
  for (const two of ['actor=a&action=b', 'actor=a&by=people', 'action=b&by=host'])
    t.match(await call('one', 'GET', `/v1/activity?${two}`), {
      status: 400,
      body: { problems: [{ message: /one of actor, action and by/ }] }
    })
  t.equal((await call('one', 'GET', '/v1/activity?by=robots')).status, 400)
  const others = await as('one', ['integrations:read', 'integrations:update', 'clients:read'])
  t.equal((await host.inject({ url: '/v1/activity', headers: others })).statusCode, 403)
})

t.test('an entry that cannot be written leaves the answer as it is, and the log has it', async t => {
  const { call, host, log } = await buildTestHost(t)
  host.store.activity.tryAppend = async () => {
    throw new Error('the disk is full')
  }
  t.equal((await call('one', 'POST', '/v1/installations/of-nobody/stop')).status, 404)
  t.match(log(), /an entry of the audit trail could not be written/)
  t.match(log(), /installation\.stop/)
})
