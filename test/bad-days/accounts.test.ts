import t from 'tap'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import { tinyAccount } from '../doubles/connectwise/index.ts'
import { startVendor } from './vendor.ts'
import { openWholeHost, type WholeHost } from './whole-host.ts'

const installUrl = '/v1/integrations/connectwise/install'

const ids = async ({ call }: WholeHost, path: string): Promise<string[]> =>
  (await call('GET', path)).body.items.map(({ id }: { id: string }) => id).toSorted()

t.test('field report C4: an instance that moved to another host is the same account, ids and all', async t => {
  const account = tinyAccount()
  const [vendor, moved] = [await startVendor(t, { account }), await startVendor(t, { account })]
  const host = await openWholeHost(t, { vendor, env: { OUTBOUND_ALLOW: `${vendor.url},${moved.url}` } })
  const { call, install, run } = host
  const installed = await install('active-customers', 'active-agreements')
  const before = { clients: await ids(host, '/v1/clients'), agreements: await ids(host, '/v1/agreements') }
  t.ok(before.clients.length > 2 && before.agreements.length > 2)
  await vendor.close()

  const credentials = credentialsFor(moved.url)
  const anew = await call('POST', installUrl, { credentials, syncTypes: ['active-customers'] })
  t.match(anew, { status: 409, body: { code: 'HOST_ERR_ACCOUNT_CONNECTED', connectionId: installed.connectionId } })
  t.same(anew.body.installations.map(({ id }: { id: string }) => id).toSorted(), [...installed.ids].toSorted())

  const patched = await call('PATCH', `/v1/connections/${installed.connectionId}`, { credentials })
  t.match(patched, { status: 200, body: { id: installed.connectionId, display: { domain: moved.url } } })
  for (const id of installed.ids) t.match(await run(id, 'compare'), { status: 'succeeded', took: {} })
  t.same({ clients: await ids(host, '/v1/clients'), agreements: await ids(host, '/v1/agreements') }, before)
})

t.test('field report C4: another instance with the same company ID and other companies is another account', async t => {
  const [vendor, elsewhere] = [await startVendor(t), await startVendor(t)]
  for (const id of elsewhere.data.companies.scan({})) elsewhere.updateCompany(id, { name: `Somebody ${id}` })
  const host = await openWholeHost(t, { vendor, env: { OUTBOUND_ALLOW: `${vendor.url},${elsewhere.url}` } })
  const { connectionId } = await host.install('active-customers')
  const credentials = credentialsFor(elsewhere.url)
  const patched = await host.call('PATCH', `/v1/connections/${connectionId}`, { credentials })
  t.match(patched, { status: 422, body: { code: 'HOST_ERR_CREDENTIALS_INVALID' } })
  const anew = await host.call('POST', installUrl, { credentials, syncTypes: ['active-customers'] })
  t.equal(anew.status, 201)
  t.not(anew.body.connectionId, connectionId)
})

t.test('field report C1: a type that is renamed in the setup table goes on to count', async t => {
  const host = await openWholeHost(t)
  const { vendor, install, run } = host
  const { id } = await install('active-customers')
  const before = await ids(host, '/v1/clients?status=active')
  vendor.renameType(1, 'Kunde')
  for (const mode of ['sync', 'compare'] as const) t.match(await run(id, mode), { status: 'succeeded', took: {} }, mode)
  t.same(await ids(host, '/v1/clients?status=active'), before)
})

t.test('field report C1: a type that is gone is asked for, and takes nobody away', async t => {
  const host = await openWholeHost(t)
  const { vendor, install, run, call } = host
  const { id } = await install('active-customers')
  const before = await ids(host, '/v1/clients?status=active')
  vendor.removeType(1)
  t.match(await run(id, 'compare'), { status: 'failed', error: { code: 'HOST_ERR_SETTING_UNRESOLVED' } })
  const { status, statusReason } = (await call('GET', `/v1/installations/${id}`)).body
  t.equal(status, 'needs-attention')
  t.match(statusReason, /no company type named "Customer".*Prospect/)
  t.same(await ids(host, '/v1/clients?status=active'), before)
  const chosen = await call('PATCH', `/v1/installations/${id}`, { settings: { types: ['Prospect'] } })
  t.match(chosen, { status: 200, body: { status: 'running' } })
})

t.test('field report A7: a type that was deleted and made anew under the same name drops nobody', async t => {
  const host = await openWholeHost(t)
  const { vendor, install, run } = host
  const { id } = await install('active-customers')
  const before = await ids(host, '/v1/clients?status=active')
  vendor.recreateType(1)
  for (const mode of ['sync', 'compare', 'sync'] as const) t.match(await run(id, mode), { status: 'succeeded' }, mode)
  t.same(await ids(host, '/v1/clients?status=active'), before)
})
