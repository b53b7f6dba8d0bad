/** What the operator sets once for the host, with the two vendors whose product code it is. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { startVendor } from '../bad-days/vendor.ts'
import { bytesOf, installOver, openWholeHost } from '../bad-days/whole-host.ts'
import { startAutotask, tinyAccount as tinyDatabase } from '../doubles/autotask/index.ts'
import { apiAccount } from '../doubles/connectwise/index.ts'
import { credentialsFor as keysFor } from './autotask/instance.ts'

const variable = 'CONNECTOR_CONNECTWISE_CLIENT_ID'
const set = { [variable]: apiAccount.clientId }

/** `typed`: the same with a form in which the client ID stays empty. */
async function vendorWithoutClientId(t: Test) {
  const vendor = await startVendor(t)
  const { connector, allow } = vendor
  const { clientId: _, ...credentials } = vendor.credentials
  return { vendor, typed: { connector, allow, credentials } }
}

t.test('a value of the operator stands in for what nobody types, is never told and never kept', async t => {
  const { vendor, typed } = await vendorWithoutClientId(t)
  const host = await openWholeHost(t, { vendor: typed, env: set })
  host.host.log.info(`before any call: ${apiAccount.clientId}`)
  const { body: form } = await host.call('GET', '/v1/integrations/connectwise')
  t.strictSame(form.credentials.required, ['username', 'password', 'domain'])
  t.match(form.credentials.properties.clientId.description, /operator of this host has set one/)

  const tried = await host.call('POST', '/v1/integrations/connectwise/validate', { credentials: typed.credentials })
  t.match(tried.body, { valid: true })
  const { id, connectionId } = await host.install('active-customers')
  t.match(await host.call('GET', `/v1/installations/${id}`), { body: { lastRun: { status: 'succeeded' } } })
  const sent = vendor.requests.filter(({ path }) => path.includes('/company/companies'))
  t.ok(sent.length > 0 && sent.every(({ headers }) => headers.clientid === apiAccount.clientId))

  const { username, password } = typed.credentials
  const elsewhere = { credentials: { username, password, domain: `${vendor.url}/` } }
  const moved = await host.call('PATCH', `/v1/connections/${connectionId}`, elsewhere)
  t.equal(moved.status, 200, `what nobody typed has not to be typed again: ${moved.text}`)

  t.notMatch(host.answered(), apiAccount.clientId)
  t.notMatch(host.logged(), apiAccount.clientId)
  await host.close()
  t.notOk(bytesOf(host.dataDir).includes(apiAccount.clientId))
})

t.test('what a tenant types counts more', async t => {
  const vendor = await startVendor(t)
  const host = await openWholeHost(t, { vendor, env: { [variable]: 'fake-client-id-of-the-operator' } })
  await host.install('active-customers')
  const sent = vendor.requests.filter(({ path }) => path.includes('/apis/'))
  t.ok(sent.length > 0 && sent.every(({ headers }) => headers.clientid === apiAccount.clientId))
})

t.test('without a value of the operator the field has to be typed', async t => {
  const { typed } = await vendorWithoutClientId(t)
  const host = await openWholeHost(t, { vendor: typed, env: { [variable]: ' ' } })
  const { status, text } = await host.call('POST', '/v1/integrations/connectwise/validate', {
    credentials: typed.credentials
  })
  t.equal(status, 400)
  t.match(text, /credentials\/clientId/)
})

t.test('a value that is taken away stops its connections before anything is sent, and typing one helps', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'operator-'))
  t.teardown(() => rm(folder, { recursive: true, force: true }))
  const { vendor, typed } = await vendorWithoutClientId(t)
  const first = await openWholeHost(t, { vendor: typed, env: { ...set, DATA_DIR: folder } })
  const { id, connectionId } = await first.install('active-customers')
  await first.close()

  const second = await openWholeHost(t, { vendor: typed, env: { DATA_DIR: folder } })
  vendor.resetLog()
  const receipt = await second.run(id)
  t.match(receipt, {
    status: 'failed',
    error: { code: 'HOST_ERR_CREDENTIALS_REJECTED', detail: /^Client ID is missing/ }
  })
  t.strictSame(vendor.requests, [])
  const { clientId } = apiAccount
  const { status, text } = await second.call('PATCH', `/v1/connections/${connectionId}`, { credentials: { clientId } })
  t.equal(status, 200, text)
  t.match(await second.run(id), { status: 'succeeded' })
})

t.test('Autotask’s integration code may be the operator’s as well', async t => {
  const server = await startAutotask({ account: tinyDatabase() })
  t.teardown(() => server.close())
  const { integrationCode, ...credentials } = keysFor(server)
  const typed = { connector: 'autotask', credentials, allow: server.url }
  const env = { CONNECTOR_AUTOTASK_INTEGRATION_CODE: integrationCode! }
  const host = await openWholeHost(t, { vendor: typed, env })
  const { id } = await installOver(host, typed)
  await host.settled(id)
  t.match(await host.call('GET', `/v1/installations/${id}`), { body: { lastRun: { status: 'succeeded' } } })
})

t.test('a variable that no connector declares is told in the log', async t => {
  const vendor = await startVendor(t)
  const host = await openWholeHost(t, { vendor, env: { CONNECTOR_CONNECTWISE_CLIENTID: 'fake-client-id' } })
  t.match(
    host.logged(),
    /CONNECTOR_CONNECTWISE_CLIENTID is not a variable .* did you mean CONNECTOR_CONNECTWISE_CLIENT_ID\?/
  )
  t.notMatch(host.logged(), /did you mean CONNECTORS/)
  t.notMatch(host.logged(), /fake-client-id/)
})
