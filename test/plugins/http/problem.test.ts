import { once } from 'node:events'
import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import t from 'tap'
import Type from 'typebox'
import {
  CredentialsRejected,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from '../../../plugins/connector/contract.ts'
import { connectorPlugin } from '../../../plugins/connector/plugin.ts'
import { errors, withDetails } from '../../../plugins/errors.ts'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

const canary = 'canary-9f2c'

const Body = Type.Object(
  {
    name: Type.String({ maxLength: 10 }),
    count: Type.Optional(Type.Integer()),
    list: Type.Optional(Type.Array(Type.Object({ kind: Type.Union([Type.Literal('a'), Type.Literal('b')]) }))),
    'a/b~c': Type.Optional(Type.Boolean())
  },
  { additionalProperties: false }
)

const failures: Record<string, () => Error> = {
  bug: () => new TypeError(`cannot read ${canary}`),
  'store-bug': () => Object.assign(new Error(`SQLITE ${canary}`), { code: 'ERR_SQLITE_ERROR', statusCode: 418 }),
  'run-only': () => new errors.HOST_ERR_UNSEAL(canary),
  conflict: () => withDetails(new errors.HOST_ERR_TRANSITION('stopped', 'stop', 'start'), { allowed: ['start'] }),
  core: () => withDetails(new errors.HOST_ERR_CONFLICT(), { code: 'X', status: 200, detail: 'X' }),
  rejected: () => new CredentialsRejected('The vendor refuses these keys.'),
  forbidden: () => new PermissionMissing('The role lacks Companies.'),
  away: () => new SourceUnavailable('It does not answer.', { retryAfterMs: 1500 }),
  html: () => new SourceUnreadable('It sent HTML.', 'html')
}

/** A real host with one connector whose routes fail in every way. */
const withFailingRoutes = (t: Parameters<typeof buildTestHost>[0]) =>
  buildTestHost(t, {
    connectors: [
      connectorPlugin({
        ...acmeDesk.connector,
        routes: async scope => {
          const config = { permission: null }
          scope.post('/echo', { config, schema: { body: Body } }, async request => request.body as object)
          for (const [name, make] of Object.entries(failures))
            scope.get(`/${name}`, { config }, async () => {
              throw make()
            })
        }
      })
    ]
  })

const base = '/v1/integrations/acme-desk'

t.test('every failure is a problem with code, detail and request id, and no foreign text', async t => {
  const { host } = await withFailingRoutes(t)
  const cases: [string, number, string][] = [
    ['bug', 500, 'HOST_ERR_INTERNAL'],
    ['store-bug', 500, 'HOST_ERR_INTERNAL'],
    ['run-only', 500, 'HOST_ERR_INTERNAL'],
    ['conflict', 409, 'HOST_ERR_TRANSITION'],
    ['core', 409, 'HOST_ERR_CONFLICT'],
    ['rejected', 422, 'HOST_ERR_CREDENTIALS_INVALID'],
    ['forbidden', 422, 'HOST_ERR_CREDENTIALS_INVALID'],
    ['away', 502, 'HOST_ERR_VENDOR_UNAVAILABLE'],
    ['html', 502, 'HOST_ERR_VENDOR_UNAVAILABLE'],
    ['nowhere', 404, 'HOST_ERR_ROUTE_NOT_FOUND']
  ]
  for (const [path, status, code] of cases) {
    const response = await host.inject(`${base}/${path}`)
    t.equal(response.statusCode, status, path)
    t.match(response.headers['content-type'], /^application\/problem\+json/, path)
    const problem = response.json()
    t.match(problem, { type: 'about:blank', title: String, status, code, detail: String, requestId: String }, path)
    t.notMatch(response.body, canary, path)
    t.notMatch(response.body, /\bat .+\.ts:|stack/, path)
  }
  t.same((await host.inject(`${base}/conflict`)).json().allowed, ['start'])
  t.equal((await host.inject(`${base}/rejected`)).json().detail, 'The vendor refuses these keys.')
  t.equal((await host.inject(`${base}/away`)).headers['retry-after'], '2')
})

t.test('a bug is logged whole under the request id that the answer gives', async t => {
  const { host, log } = await withFailingRoutes(t)
  const { requestId } = (
    await host.inject({ url: `${base}/bug`, headers: { 'request-id': 'mine', 'x-request-id': 'mine' } })
  ).json()
  const line = log()
    .split('\n')
    .find(text => text.includes('request failed'))
  t.match(line, requestId)
  t.match(line, canary)
  t.notMatch(log(), '"mine"', 'a client does not choose its id')
})

t.test('bad input is refused with a pointer to the very field, never coerced or dropped (check 3)', async t => {
  const { host } = await withFailingRoutes(t)
  const cases: [object, string[]][] = [
    [{}, ['/name']],
    [{ name: 5 }, ['/name']],
    [{ name: ['x'] }, ['/name']],
    [{ name: 'x'.repeat(11) }, ['/name']],
    [{ name: 'x', count: '5' }, ['/count']],
    [{ name: 'x', count: 1.5 }, ['/count']],
    [{ name: 'x', extra: 1 }, ['/extra']],
    [{ name: 'x', 'e/x~y': 1 }, ['/e~1x~0y']],
    [{ name: 'x', 'a/b~c': 'true' }, ['/a~1b~0c']],
    [{ name: 'x', list: [{ kind: 'a' }, { kind: 'c' }] }, ['/list/1/kind']],
    [{ name: { $gt: '' } }, ['/name']],
    [{ count: 'x', more: 1 }, ['/count', '/more', '/name']],
    [[], ['']],
    [[{ name: 'x' }], ['']]
  ]
  for (const [payload, pointers] of cases) {
    const response = await host.inject({ method: 'POST', url: `${base}/echo`, payload })
    const problem = response.json()
    t.equal(response.statusCode, 400, JSON.stringify(payload))
    t.same(problem.problems.map((found: any) => found.pointer).sort(), pointers, JSON.stringify(payload))
  }
  const kind = await host.inject({
    method: 'POST',
    url: `${base}/echo`,
    payload: { name: 'x', list: [{ kind: canary }] }
  })
  t.equal(kind.json().problems[0].message, 'must be "a", or must be "b"')
  t.notMatch(kind.body, canary, 'what was sent is not repeated')
})

t.test('a body wrong in a thousand places is answered with a list that ends', async t => {
  const { host } = await withFailingRoutes(t)
  const payload = Object.fromEntries(Array.from({ length: 2000 }, (_, at) => [`k${at}`, at]))
  const response = await host.inject({ method: 'POST', url: `${base}/echo`, payload })
  t.equal(response.statusCode, 400)
  t.equal(response.json().problems.length, 20)
})

t.test('bodies that are not plain JSON are refused before anything reads them (checks 15, 18)', async t => {
  const { host } = await withFailingRoutes(t)
  const json = 'application/json'
  const good = '{"name":"x"}'
  const cases: [string, string | undefined, number, string][] = [
    ['{', json, 400, 'HOST_ERR_BAD_REQUEST'],
    ['', json, 400, 'HOST_ERR_BAD_REQUEST'],
    ['{"name":"x","__proto__":{"a":1}}', json, 400, 'HOST_ERR_BAD_REQUEST'],
    ['{"name":"x","constructor":{"prototype":{"a":1}}}', json, 400, 'HOST_ERR_BAD_REQUEST'],
    [`{"name":"${'x'.repeat(70_000)}"}`, json, 413, 'HOST_ERR_BODY_TOO_LARGE'],
    [good, 'text/plain', 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [good, 'application/x-www-form-urlencoded', 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [good, 'application/jsonp', 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [good, 'application/json\ta', 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [good, ' ', 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE'],
    [good, undefined, 415, 'HOST_ERR_UNSUPPORTED_MEDIA_TYPE']
  ]
  for (const [payload, type, status, code] of cases) {
    const headers = type === undefined ? {} : { 'content-type': type }
    const response = await host.inject({ method: 'POST', url: `${base}/echo`, headers, payload })
    t.equal(response.statusCode, status, `${type} ${payload.slice(0, 40)}`)
    t.equal(response.json().code, code)
    t.match(response.headers['content-type'], /^application\/problem\+json/)
  }
  const withCharset = { 'content-type': 'application/json; charset=utf-8' }
  t.equal(
    (await host.inject({ method: 'POST', url: `${base}/echo`, headers: withCharset, payload: good })).statusCode,
    200
  )
})

t.test('queries are refused by name, and limit is a number from 1 to 500', async t => {
  const { host, as } = await buildTestHost(t)
  const headers = await as('acme')
  for (const query of [
    'limit=0',
    'limit=501',
    'limit=-1',
    'limit=1e2',
    'limit=',
    'limit=5&limit=6',
    'limit=99999999999'
  ]) {
    const response = await host.inject({ url: `/v1/clients?${query}`, headers })
    t.equal(response.statusCode, 400, query)
    t.equal(response.json().problems[0].pointer, '/limit', query)
  }
  for (const query of ['limits=5', 'search[$gt]=', '__proto__=x', 'status=all'])
    t.equal((await host.inject({ url: `/v1/clients?${query}`, headers })).statusCode, 400, query)
  t.equal((await host.inject({ url: '/v1/clients?limit=500', headers })).statusCode, 200)
  t.equal((await host.inject({ url: '/v1/clients/%zz', headers })).json().code, 'HOST_ERR_BAD_REQUEST')
  t.equal((await host.inject({ url: `/v1/clients/${'x'.repeat(300)}`, headers })).json().code, 'HOST_ERR_BAD_REQUEST')
})

t.test('bytes that could mean two requests are refused as a problem (check 38)', async t => {
  const { host } = await buildTestHost(t)
  await host.listen({ port: 0, host: '127.0.0.1' })
  const { port } = host.server.address() as { port: number }
  const requests = {
    'Content-Length and Transfer-Encoding':
      'POST /v1/clients HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n',
    'two Content-Lengths':
      'POST /v1/clients HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nabcde',
    'a bare LF in a header': 'GET /v1/clients HTTP/1.1\r\nHost: a\nX: y\r\n\r\n',
    'no HTTP at all': 'hello\r\n\r\n'
  }
  for (const [name, bytes] of Object.entries(requests)) {
    const socket = connect(port, '127.0.0.1')
    await once(socket, 'connect')
    socket.end(bytes)
    const answer = await text(socket)
    t.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/, name)
    t.match(answer, /content-type: application\/problem\+json/i, name)
    t.equal(answer.match(/^HTTP\/1\.1 /gm)?.length, 1, `${name}: one answer`)
  }
})

t.test('a request has to be in within the limits that the server is given (check 16)', async t => {
  const { host } = await buildTestHost(t)
  t.match(host.server, {
    requestTimeout: 15_000,
    headersTimeout: 10_000,
    timeout: 120_000,
    maxRequestsPerSocket: 10_000
  })
  t.equal(host.initialConfig.bodyLimit, 64 * 1024)
})
