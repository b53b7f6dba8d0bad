import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import tls from 'node:tls'
import t from 'tap'
import { credentialsFor } from '../connectors/connectwise/credentials.ts'
import { kinds } from '../vendors/every.ts'
import { startVendor } from './vendor.ts'
import { openWholeHost } from './whole-host.ts'

const validate = '/v1/integrations/connectwise/validate'
const install = '/v1/integrations/connectwise/install'

interface Check {
  readonly name: string
  readonly status: string
  readonly message: string
  readonly fix?: string
}

const failedOf = (body: { checks: Check[] }) => body.checks.filter(({ status }) => status === 'failed')
const pointersOf = (body: { problems: { pointer: string }[] }) => body.problems.map(({ pointer }) => pointer)

t.test('credentials that cannot be used are refused at the field at fault, and nothing is kept', async t => {
  const elsewhere = createServer((_, reply) => reply.end('<!DOCTYPE html><title>A shop</title>'))
  await new Promise<void>(resolve => elsewhere.listen(0, '127.0.0.1', resolve))
  t.teardown(() => elsewhere.close())
  const shop = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  const vendor = await startVendor(t)
  const { call } = await openWholeHost(t, { vendor, env: { OUTBOUND_ALLOW: `${vendor.url},${shop}` } })
  const good = credentialsFor(vendor.url)
  const key = good.username.split('+')[1]

  const cases = {
    'wrong password': [{ password: 'FakeWrongKey0001' }, 'credentials-accepted', ['/username', '/password']],
    'unknown company id': [{ username: `nobody+${key}` }, 'company-id-known', ['/username']],
    'username without a plus sign': [{ username: key }, 'company-id-known', ['/username']],
    'unknown client id': [{ clientId: '00000000-0000-4000-8000-0000000000ff' }, 'client-id-accepted', ['/clientId']],
    'domain of another service': [{ domain: shop }, 'host-reachable', ['/domain']],
    'domain of another service that is not listed': [{ domain: 'https://shop.example' }, 'host-reachable', ['/domain']],
    'private address as domain': [{ domain: 'https://10.0.0.1' }, 'host-reachable', ['/domain']],
    'metadata service as domain': [{ domain: 'http://169.254.169.254/latest' }, 'host-reachable', ['/domain']],
    'no domain at all': [{ domain: '???' }, 'host-reachable', ['/domain']]
  } as const
  for (const [name, [change, check, pointers]] of Object.entries(cases)) {
    const credentials = { ...good, ...change }
    const { status, body } = await call('POST', validate, { credentials })
    t.equal(status, 200, name)
    t.equal(body.valid, false, name)
    t.same(
      failedOf(body).map(one => one.name),
      [check],
      name
    )
    t.ok(failedOf(body)[0]?.fix, `${name}: the check says what to do`)
    t.same(pointersOf(body), pointers, name)

    const refused = await call('POST', install, { credentials, syncTypes: ['active-customers'] })
    t.equal(refused.status, 422, name)
    t.match(refused.body, { code: 'HOST_ERR_CREDENTIALS_INVALID', checks: body.checks, problems: body.problems }, name)
  }
  t.same((await call('GET', '/v1/connections')).body.items, [])
  t.same((await call('GET', '/v1/installations')).body.items, [])
})

t.test('keys in the other order are told, and the order that works is kept', async t => {
  const { call, vendor, settled } = await openWholeHost(t)
  const good = credentialsFor(vendor.url)
  const [company, key] = good.username.split('+')
  const credentials = { ...good, username: `${company}+${good.password}`, password: key }
  t.match((await call('POST', validate, { credentials })).body, { valid: true, keyOrder: 'swapped' })
  t.match((await call('POST', validate, { credentials: good })).body, { valid: true, keyOrder: 'as-given' })

  const { body } = await call('POST', install, { credentials, syncTypes: ['active-customers'] })
  vendor.resetLog()
  t.match(await settled(body.installations[0].id), { status: 'running', lastRun: { status: 'succeeded' } })
  t.equal(vendor.requests.filter(({ status }) => status === 401).length, 0, 'no run tries the order that is wrong')
})

for (const kind of kinds) {
  t.test(`fault 20, ${kind.title}: an expired certificate is told as such, and nothing is sent`, async t => {
    const pem = (file: string) =>
      readFileSync(new URL(`../plugins/outbound/certificates/${file}`, import.meta.url), 'utf8')
    const trusted = tls.getCACertificates('default')
    // Signed by its own key: trusted, so that its date alone is wrong with it.
    tls.setDefaultCACertificates([...trusted, pem('expired.pem')])
    t.teardown(() => tls.setDefaultCACertificates(trusted))
    const vendor = await kind.start(t, { tls: { key: pem('fake.key'), cert: pem('expired.pem') } })
    const { call } = await openWholeHost(t, { vendor })
    const url = `/v1/integrations/${kind.connector}/validate`
    const { body } = await call('POST', url, { credentials: vendor.credentials })
    t.match(failedOf(body), [{ name: kind.firstCheck, message: /certificate that has expired/ }])
    t.equal(vendor.requests.length, 0)
  })

  t.test(`fault 2, ${kind.title}: a vendor that never answers ends validate within ten seconds`, async t => {
    const vendor = await kind.start(t)
    const { call } = await openWholeHost(t, { vendor })
    vendor.fail({ kind: 'hang', endpoint: kind.signInEndpoint })
    const begun = performance.now()
    const url = `/v1/integrations/${kind.connector}/validate`
    const { body } = await call('POST', url, { credentials: vendor.credentials })
    t.ok(performance.now() - begun < 15_000, 'which a busy machine may not notice at once')
    t.match(failedOf(body), [{ message: /did not answer within/ }])
  })
}
