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
    'GET /integrations',
    'GET /integrations/acme-desk',
    'POST /integrations/acme-desk/validate',
    'POST /integrations/acme-desk/preview',
    'POST /integrations/acme-desk/install',
    'GET /integrations/acme-desk/explain',
    'GET /connections',
    'PATCH /connections/{id}',
    'GET /installations',
    'GET /installations/{id}',
    'PATCH /installations/{id}',
    'DELETE /installations/{id}',
    ...['stop', 'start', 'sync', 'compare', 'uninstall', 'reinstall', 'approve'].map(
      verb => `POST /installations/{id}/${verb}`
    ),
    'GET /installations/{id}/runs',
    'GET /runs/{id}',
    'GET /runs/{id}/rejects',
    'GET /clients',
    'GET /clients/{id}',
    'GET /agreements',
    'GET /health/live',
    'GET /health/ready'
  ]
  for (const route of contract) t.ok(described.includes(route), route)
  for (const [path, methods] of Object.entries<any>(document.paths)) {
    for (const [method, operation] of Object.entries<any>(methods)) {
      const open = path.startsWith('/health')
      t.same(operation.security, open ? [] : [{ bearer: [] }], `${method} ${path}`)
      t.ok(operation.responses['4xx'] ?? operation.responses['4XX'], `${method} ${path} tells its failures`)
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
  const { headers } = await host.inject({ url: '/clients', headers: await as('acme') })
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
  for (const url of ['/openapi.json', '/docs', '/docs/', '/nope', '/clients']) {
    const response = await host.inject({ url, headers: forged })
    t.notMatch(response.body + JSON.stringify(response.headers), /evil\.example/, url)
  }
})
