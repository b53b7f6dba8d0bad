import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { exportJWK, type JWTPayload, SignJWT } from 'jose'
import t from 'tap'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import type { Permission } from '../../../plugins/http/auth.ts'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const secret = 'obviously-fake-secret-for-tests-only'
const now = () => Math.floor(Date.now() / 1000)

const claims = () => ({
  iss: 'integration-host',
  aud: 'integration-host',
  sub: 'someone',
  exp: now() + 600,
  tenant: 'acme',
  permissions: ['integrations:read', 'clients:read']
})

const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')

/** A token whose every part is under the test's control. */
function forge(header: object, payload: object, key: string | Buffer = secret): string {
  const signed = `${encode(header)}.${encode(payload)}`
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`
}

const hs256 = { alg: 'HS256', typ: 'JWT' }

t.test('a good token passes, with an audience alone or in a list', async t => {
  const { host } = await buildTestHost(t, { env: { AUTH_SECRET: secret } })
  for (const aud of ['integration-host', ['other', 'integration-host']]) {
    const authorization = `Bearer ${forge(hs256, { ...claims(), aud })}`
    t.equal((await host.inject({ url: '/v1/clients', headers: { authorization } })).statusCode, 200)
  }
})

t.test('a token that is not exactly right is 401, whatever is wrong with it (check 4)', async t => {
  const { host } = await buildTestHost(t, { env: { AUTH_SECRET: secret } })
  const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  const without = (name: string) => Object.fromEntries(Object.entries(claims()).filter(([key]) => key !== name))
  const good = forge(hs256, claims())
  const [head, payload, signature] = good.split('.') as [string, string, string]

  const tokens: Record<string, string> = {
    'alg none': `${encode({ alg: 'none' })}.${payload}.`,
    'alg NONE with a signature': `${encode({ alg: 'NONE' })}.${payload}.${signature}`,
    'no alg': forge({ typ: 'JWT' }, claims()),
    HS512: forge({ alg: 'HS512' }, claims()),
    'RS256 signed with the public key as a secret': forge({ alg: 'RS256' }, claims(), pem),
    'HS256 signed with a public key': forge(hs256, claims(), pem),
    'an empty secret': forge(hs256, claims(), ''),
    'another secret': forge(hs256, claims(), 'x'.repeat(40)),
    'a secret with a leading blank line': forge(hs256, claims(), `\n${secret}`),
    'another issuer': forge(hs256, { ...claims(), iss: 'someone-else' }),
    'no issuer': forge(hs256, without('iss')),
    'another audience': forge(hs256, { ...claims(), aud: 'other' }),
    'an empty list of audiences': forge(hs256, { ...claims(), aud: [] }),
    'no audience': forge(hs256, without('aud')),
    'no exp': forge(hs256, without('exp')),
    'exp as text': forge(hs256, { ...claims(), exp: String(now() + 600) }),
    'exp past the tolerance': forge(hs256, { ...claims(), exp: now() - 61 }),
    'nbf in the future': forge(hs256, { ...claims(), nbf: now() + 120 }),
    'unknown crit': forge({ ...hs256, crit: ['b64x'], b64x: true }, claims()),
    'no sub': forge(hs256, without('sub')),
    'sub as a number': forge(hs256, { ...claims(), sub: 1 }),
    'no tenant': forge(hs256, without('tenant')),
    'an empty tenant': forge(hs256, { ...claims(), tenant: '' }),
    'tenant as a list': forge(hs256, { ...claims(), tenant: ['acme'] }),
    'tenant that is an operator': forge(hs256, { ...claims(), tenant: { $gt: '' } }),
    'tenant with a slash': forge(hs256, { ...claims(), tenant: '../acme' }),
    'tenant of 65 letters': forge(hs256, { ...claims(), tenant: 'a'.repeat(65) }),
    'permissions as text': forge(hs256, { ...claims(), permissions: 'clients:read' }),
    'permissions with a number': forge(hs256, { ...claims(), permissions: ['clients:read', 1] }),
    'no permissions': forge(hs256, without('permissions')),
    'two parts': `${head}.${payload}`,
    'a fourth part': `${good}.x`,
    'five parts': `${good}.x.y`,
    'a trailing dot': `${good}.`,
    'a payload that is no object': `${head}.${encode('text')}.${signature}`,
    'a payload that is not JSON': forge(hs256, claims()).replace(payload, 'AAAA'),
    'a huge kid': forge({ ...hs256, kid: 'k'.repeat(9000) }, claims()),
    'a changed letter': `${head}.${payload}.${signature.startsWith('A') ? 'B' : 'A'}${signature.slice(1)}`
  }
  for (const [name, token] of Object.entries(tokens)) {
    const response = await host.inject({ url: '/v1/clients', headers: { authorization: `Bearer ${token}` } })
    t.equal(response.statusCode, 401, name)
    t.equal(response.json().code, 'HOST_ERR_UNAUTHENTICATED', name)
    t.match(response.headers['www-authenticate'], /^Bearer /, name)
  }
})

t.test('keys that a token names itself are never used', async t => {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('{}')
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const { host } = await buildTestHost(t, { env: { AUTH_SECRET: secret } })
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const jwk = await exportJWK(publicKey)
  for (const header of [
    { jku: `${url}/jku` },
    { x5u: `${url}/x5u` },
    { jwk },
    { kid: '../../../dev/null' },
    { kid: "' or 1=1" }
  ]) {
    const token = await new SignJWT(claims()).setProtectedHeader({ alg: 'RS256', ...header }).sign(privateKey)
    const response = await host.inject({ url: '/v1/clients', headers: { authorization: `Bearer ${token}` } })
    t.equal(response.statusCode, 401, Object.keys(header).join())
  }
  t.same(asked, [], 'nothing was fetched')
})

t.test('a token is taken for TOKEN_MAX_AGE at most, whatever its issuer allows', async t => {
  const { host } = await buildTestHost(t, { env: { AUTH_SECRET: secret, TOKEN_MAX_AGE: '2h' } })
  const status = async (more: object) => {
    const authorization = `Bearer ${forge(hs256, { ...claims(), ...more })}`
    return (await host.inject({ url: '/v1/clients', headers: { authorization } })).statusCode
  }
  const year = now() + 31_536_000
  t.equal(await status({ iat: now() - 7100, exp: year }), 200)
  t.equal(await status({ iat: now() - 7300, exp: year }), 401, 'older than that')
  t.equal(await status({ iat: now() - 7300, exp: year }), 401, 'also when it is shown again')
  t.equal(await status({ exp: now() + 7100 }), 200, 'without iat its end counts')
  t.equal(await status({ exp: year }), 401)
  t.equal(await status({ iat: now() + 120 }), 401, 'made in the future')
})

t.test('other tokens of the same issuer are not taken for access tokens', async t => {
  const { host } = await buildTestHost(t, { env: { AUTH_SECRET: secret } })
  const status = async (typ: string | undefined) => {
    const authorization = `Bearer ${forge({ alg: 'HS256', ...(typ && { typ }) }, claims())}`
    return (await host.inject({ url: '/v1/clients', headers: { authorization } })).statusCode
  }
  for (const typ of [undefined, 'JWT', 'jwt', 'at+jwt', 'application/at+jwt'])
    t.equal(await status(typ), 200, typ ?? 'none')
  for (const typ of ['logout+jwt', 'dpop+jwt', 'secevent+jwt', 'id_token', 'JWE']) t.equal(await status(typ), 401, typ)
})

t.test('an Authorization header that is no bearer token is 401 and says so', async t => {
  const { host } = await buildTestHost(t)
  for (const authorization of ['', 'Bearer', 'Bearer ', 'Basic dTpw', 'Bearer a b', `Bearer ${'a'.repeat(9000)}`]) {
    const response = await host.inject({ url: '/v1/clients', headers: { authorization } })
    t.equal(response.statusCode, 401)
    t.match(response.json().detail, /Authorization header is not/)
  }
  t.match((await host.inject('/v1/clients')).json().detail, /Authorization header is missing/)
})

/** An issuer's key set on a free port. */
async function startIssuer(t: { teardown(close: () => unknown): void }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const keys = [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256' }]
  const issuer = { answers: 200, fetched: 0 }
  const server = createServer((_request, response) => {
    issuer.fetched++
    response.writeHead(issuer.answers, { 'content-type': 'application/json' }).end(JSON.stringify({ keys }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => server.close())
  const AUTH_JWKS_URL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`
  const sign = (payload: JWTPayload, key: KeyObject = privateKey) =>
    new SignJWT(payload).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key)
  return { issuer, AUTH_JWKS_URL, sign, publicKey }
}

t.test('with a key set, its tokens pass and those of a secret do not', async t => {
  const { issuer, AUTH_JWKS_URL, sign, publicKey } = await startIssuer(t)
  const { host } = await buildTestHost(t, { env: { AUTH_JWKS_URL } })
  const status = async (token: string) =>
    (await host.inject({ url: '/v1/clients', headers: { authorization: `Bearer ${token}` } })).statusCode

  t.equal(await status(await sign(claims())), 200)
  t.equal(await status(await sign({ ...claims(), exp: now() - 61 })), 401)
  const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  t.equal(await status(await sign(claims(), stranger)), 401)
  const pem = publicKey.export({ type: 'spki', format: 'pem' }) as string
  for (const key of [pem, pem.trim(), JSON.stringify(await exportJWK(publicKey)), ''])
    t.equal(await status(forge({ ...hs256, kid: 'one' }, claims(), key)), 401, 'algorithm confusion')
  for (let flood = 0; flood < 20; flood++) await status(forge({ alg: 'ES256', kid: `unknown-${flood}` }, claims()))
  t.ok(issuer.fetched <= 2, 'a flood of unknown keys does not reach the issuer')
})

t.test('a key set that cannot be read is 503, not the caller’s fault', async t => {
  const { issuer, AUTH_JWKS_URL, sign } = await startIssuer(t)
  issuer.answers = 500
  const { host } = await buildTestHost(t, { env: { AUTH_JWKS_URL } })
  const authorization = `Bearer ${await sign(claims())}`
  const response = await host.inject({ url: '/v1/clients', headers: { authorization } })
  t.equal(response.statusCode, 503)
  t.equal(response.json().code, 'HOST_ERR_AUTH_UNAVAILABLE')
})

t.test('each route takes its own permission and no other (check 2)', async t => {
  const CONNECTORS = join(import.meta.dirname, '../../connectors/acme-desk')
  const { host, as } = await buildTestHost(t, { env: { CONNECTORS } })
  const { paths } = (await host.inject('/openapi.json')).json()
  const all: Permission[] = ['integrations:read', 'integrations:update', 'clients:read']
  let routes = 0
  for (const [path, methods] of Object.entries<any>(paths)) {
    for (const [name, operation] of Object.entries<any>(methods)) {
      const needed = [...(operation.description ?? '').matchAll(/`([^`]+)`/g)].map(match => match[1] as Permission)
      const method = name.toUpperCase() as 'GET'
      const url = path.replaceAll('{id}', 'of-nobody')
      const payload = method === 'GET' ? {} : { payload: {} }
      const status = async (headers: Record<string, string>) =>
        (await host.inject({ method, url, headers, ...payload })).statusCode
      routes++
      if (needed.length === 0) {
        t.ok((await status({})) < 400, `${method} ${path} is open`)
        continue
      }
      // A link opens no more to whoever gets it than its maker could do.
      const least = path === '/v1/console/links' ? 'integrations:read' : 'integrations:update'
      if (method !== 'GET') t.equal(needed[0], least, `${method} ${path} changes something`)
      t.equal(await status({}), 401, `${method} ${path} without a token`)
      for (const one of needed) {
        const others = all.filter(permission => permission !== one)
        t.equal(await status(await as('acme', others)), 403, `${method} ${path} without ${one}`)
      }
      const answered = await status(await as('acme', needed))
      t.notOk([401, 403, 500].includes(answered), `${method} ${path} with ${needed}: ${answered}`)
      if (path.includes('{id}') && method === 'GET') t.equal(answered, 404, `${method} ${path} of nobody`)
    }
  }
  t.ok(routes >= 26, `${routes} routes are walked`)
})

t.test('a route without a permission stops the start', async t => {
  const careless = connectorPlugin({
    ...acmeDesk.connector,
    routes: async scope => {
      scope.get('/open', async () => 'anyone')
    }
  })
  await t.rejects(buildTestHost(t, { connectors: [careless] }), {
    code: 'HOST_ERR_ROUTE_WITHOUT_PERMISSION',
    message: /GET \/v1\/integrations\/acme-desk\/open/
  })
})
