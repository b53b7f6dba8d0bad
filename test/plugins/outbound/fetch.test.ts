import { readFileSync } from 'node:fs'
import https from 'node:https'
import net, { type LookupFunction } from 'node:net'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createFetcher, type FetchRule } from '../../../plugins/outbound/fetch.ts'
import { listen, serve, serveRaw } from './workshop.ts'

const limits = { maxBytes: 10_000, deadlineMs: 60_000 }

/** All names lead to `address`. */
const leadingTo =
  (address: string): LookupFunction =>
  (_, __, done) =>
    (done as (error: null, found: object[]) => void)(null, [{ address, family: net.isIP(address) }])

function fetching(
  t: Test,
  rule: Partial<FetchRule>,
  options: { allow?: string; lookup?: LookupFunction; ca?: string } = {}
) {
  const { allow = '', ca, ...rest } = options
  const fetcher = createFetcher({ allow: parseOutboundAllow(allow), ...rest, ...(ca && { tls: { ca } }) })
  t.teardown(() => fetcher.close())
  return fetcher.for({ ...limits, ...rule })
}

t.test('an answer is a Response, whatever its status', async t => {
  const seen: unknown[] = []
  const origin = await serve(t, async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    seen.push(request.method, request.url, request.headers['x-signature'], body)
    reply.writeHead(request.method === 'POST' ? 410 : 200, {
      'content-type': 'application/json',
      'content-encoding': 'gzip'
    })
    reply.end(gzipSync('{"keys":[]}'))
  })
  const get = fetching(t, { origins: [origin] })
  const answer = await get(`${origin}/keys`, {
    headers: new Headers({ accept: 'application/json' }),
    redirect: 'manual'
  })
  t.same(
    [answer.status, answer.headers.get('content-type'), await answer.json()],
    [200, 'application/json', { keys: [] }]
  )
  const posted = await get(new URL('/hook', origin), {
    method: 'POST',
    body: '{"a":1}',
    headers: { 'x-signature': 's' }
  })
  t.same([posted.status, posted.headers.get('content-encoding')], [410, null])
  t.same(seen, ['GET', '/keys', undefined, '', 'POST', '/hook', 's', '{"a":1}'])
  await t.rejects(get(origin, { method: 'DELETE' }), TypeError)
  const empty = await serve(t, (_, reply) => reply.writeHead(204).end())
  t.equal((await fetching(t, { origins: [empty] })(empty)).status, 204)
})

t.test('a redirect is an answer and is not followed', async t => {
  let trapped = 0
  const trap = await serve(t, (_, reply) => {
    trapped++
    reply.end()
  })
  const origin = await serve(t, (_, reply) => reply.writeHead(302, { location: trap }).end())
  const answer = await fetching(t, { origins: [origin, trap] })(origin)
  t.equal(answer.status, 302)
  t.equal(trapped, 0)
})

t.test('only what the rule allows is called, and a name only where it leads to the public internet', async t => {
  const origin = await serve(t, (_, reply) => reply.end('{}'))
  const { port } = new URL(origin)
  const strict = fetching(t, { origins: [`http://127.0.0.1:${port}`] })
  t.equal((await strict(origin)).status, 200)
  for (const url of ['https://issuer.example/keys', `http://localhost:${port}/`, `https://127.0.0.1:${port}/`])
    await t.rejects(strict(url), { name: 'TargetRefused' }, url)
  for (const address of ['127.0.0.1', '10.0.0.1', '169.254.169.254', '::1', 'fd20:ce::254', '64:ff9b::a9fe:a9fe']) {
    const any = fetching(t, { anyPublicHost: true }, { lookup: leadingTo(address) })
    await t.rejects(any('https://hooks.example.org/'), { name: 'TargetRefused' }, address)
  }
  const any = fetching(t, { anyPublicHost: true }, { lookup: leadingTo('127.0.0.1') })
  for (const url of [
    ...[
      'http://hooks.example.org/',
      'https://hooks.example.org:8443/',
      'https://user@hooks.example.org/',
      'https://hooks/'
    ],
    ...[
      'https://1.1.1.1/',
      'https://vault.internal/',
      'https://printer.local/',
      'https://a.localhost/',
      'https://.example/'
    ]
  ])
    await t.rejects(any(url), { name: 'TargetRefused' }, url)
})

t.test('a body is read up to the limit, in the time that is given', async t => {
  const large = await serve(t, (_, reply) => reply.end('x'.repeat(10_001)))
  const folded = await serve(t, (_, reply) =>
    reply.setHeader('content-encoding', 'gzip').end(gzipSync(Buffer.alloc(5_000_000)))
  )
  for (const origin of [large, folded])
    await t.rejects(fetching(t, { origins: [origin] })(origin), { name: 'SourceUnreadable', kind: 'too-large' })
  const drip = await serveRaw(t, socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{')
    const timer = setInterval(() => socket.write(' '), 20)
    socket.on('close', () => clearInterval(timer))
  })
  const get = fetching(t, { origins: [drip], deadlineMs: 150 })
  await t.rejects(get(drip), { name: 'SourceUnavailable', message: /not answered completely within 0.15 s/ })
  const ending = new AbortController()
  const asked = fetching(t, { origins: [drip] })(drip, { signal: ending.signal })
  setTimeout(() => ending.abort(new Error('no longer')), 50)
  await t.rejects(asked, { message: 'no longer' })
  await t.rejects(fetching(t, { origins: ['http://127.0.0.1:1'] })('http://127.0.0.1:1'), {
    message: /refuses the connection/
  })
})

t.test('certificates are checked, whatever NODE_TLS_REJECT_UNAUTHORIZED says', async t => {
  const pem = (file: string) => readFileSync(new URL(`certificates/${file}`, import.meta.url), 'utf8')
  let served = 0
  const server = https.createServer({ key: pem('fake.key'), cert: pem('good.pem') }, (_, reply) => {
    served++
    reply.end('{}')
  })
  const { port } = await listen(t, server, () => server.closeAllConnections())
  process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
  t.teardown(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
  const origin = `https://psa.fake.example:${port}`
  const lookup = leadingTo('127.0.0.1')
  await t.rejects(fetching(t, { origins: [origin] }, { lookup })(origin), { message: /signed by itself/ })
  t.equal(served, 0)
  t.equal((await fetching(t, { origins: [origin] }, { lookup, ca: pem('good.pem') })(origin)).status, 200)
})
