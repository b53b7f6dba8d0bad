import { join } from 'node:path'
import t from 'tap'
import { buildTestHost } from '../../../build-test-host.ts'

const CONNECTORS = join(import.meta.dirname, '../../../connectors/acme-desk')

t.test('every route of the contract is described, with its permission and its security', async t => {
  const { host } = await buildTestHost(t, { env: { CONNECTORS } })
  const document = (await host.inject('/openapi.json')).json()
  t.match(document.openapi, /^3\.1\./)
  const described = Object.entries<any>(document.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map(method => `${method.toUpperCase()} ${path}`)
  )
  const contract = [
    'GET /v1/integrations',
    'GET /v1/integrations/acme-desk',
    'POST /v1/integrations/acme-desk/validate',
    'POST /v1/integrations/acme-desk/preview',
    'POST /v1/integrations/acme-desk/install',
    'GET /v1/integrations/acme-desk/explain',
    'GET /v1/connections',
    'GET /v1/connections/{id}',
    'PATCH /v1/connections/{id}',
    'DELETE /v1/connections/{id}',
    'POST /v1/connections/{id}/check',
    'GET /v1/installations',
    'GET /v1/installations/{id}',
    'PATCH /v1/installations/{id}',
    'DELETE /v1/installations/{id}',
    ...['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall', 'losses/approve', 'losses/reject'].map(
      verb => `POST /v1/installations/{id}/${verb}`
    ),
    'GET /v1/installations/{id}/losses',
    'GET /v1/installations/{id}/runs',
    'GET /v1/runs/{id}',
    'GET /v1/runs/{id}/rejects',
    'GET /v1/clients',
    'GET /v1/clients/{id}',
    'DELETE /v1/clients/{id}',
    'GET /v1/agreements',
    'GET /health/live',
    'GET /health/ready'
  ]
  for (const route of contract) t.ok(described.includes(route), route)
  for (const path of Object.keys(document.paths)) t.match(path, /^\/(v1|health)\//, 'the API is below /v1')
  for (const [path, methods] of Object.entries<any>(document.paths)) {
    for (const [method, operation] of Object.entries<any>(methods)) {
      const open = path.startsWith('/health')
      t.same(operation.security, open ? [] : [{ bearer: [] }], `${method} ${path}`)
      t.ok(operation.responses['4xx'] ?? operation.responses['4XX'], `${method} ${path} tells its failures`)
      t.notOk(operation.responses['204']?.content, `${method} ${path} promises no body where there is none`)
    }
  }
})

t.test('the page at /docs needs no inline script and sends a policy that forbids one', async t => {
  const { host } = await buildTestHost(t)
  const page = await host.inject('/docs')
  t.equal(page.statusCode, 200)
  t.notMatch(page.body, /<script(?![^>]*\bsrc=)/, 'every script has a source')
  t.notMatch(page.body, /\son\w+=/, 'no inline handler')
  const policy = String(page.headers['content-security-policy'])
  t.match(policy, /script-src 'self';/)
  t.match(policy, /default-src 'none'/)
  for (const [, path] of page.body.matchAll(/(?:src|href)="([^"]+)"/g)) {
    const asset = await host.inject(path!)
    t.equal(asset.statusCode, 200, String(path))
  }
})

t.test('answers carry the headers that keep browsers and caches from harm', async t => {
  const { host, as } = await buildTestHost(t)
  const { headers } = await host.inject({ url: '/v1/clients', headers: await as('acme') })
  t.match(headers, {
    'content-security-policy': /default-src 'none'.*require-trusted-types-for 'script'/,
    'strict-transport-security': /max-age=31536000/,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store'
  })
  t.notOk(headers['access-control-allow-origin'])
})

t.test('a forged Host header appears in no answer', async t => {
  const { host } = await buildTestHost(t)
  const forged = { host: 'evil.example', 'x-forwarded-host': 'evil.example' }
  for (const url of ['/openapi.json', '/docs', '/docs/', '/nope', '/v1/clients']) {
    const response = await host.inject({ url, headers: forged })
    t.notMatch(response.body + JSON.stringify(response.headers), /evil\.example/, url)
  }
})
