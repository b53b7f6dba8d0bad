import { readFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import net from 'node:net'
import { checkServerIdentity, type PeerCertificate } from 'node:tls'
import t, { type Test } from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createFetcher } from '../../../plugins/outbound/fetch.ts'
import { openTunnel, parseProxy } from '../../../plugins/outbound/proxy.ts'
import { listen, serve, serveRaw, workshop } from './workshop.ts'

const pem = (file: string) => readFileSync(new URL(`certificates/${file}`, import.meta.url), 'utf8')
const certificate = { key: pem('fake.key'), cert: pem('good.pem') }
const name = 'psa.fake.example'

/** A proxy that leads every name to the same port of this machine, and keeps what it was asked. */
async function startProxy(t: Test, target: number, options: { login?: string; secure?: boolean } = {}) {
  const asked: { target: string; authorization: string | undefined; host: string | undefined }[] = []
  const server = options.secure ? https.createServer(certificate) : http.createServer()
  const open = new Set<net.Socket>()
  server.on('connect', (request, socket) => {
    const { authorization, host } = {
      authorization: request.headers['proxy-authorization'],
      host: request.headers.host
    }
    asked.push({ target: request.url!, authorization, host })
    if (options.login && authorization !== `Basic ${Buffer.from(options.login).toString('base64')}`)
      return socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')
    const way = net.connect(target, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.pipe(way).pipe(socket)
    })
    for (const end of [way, socket as net.Socket]) {
      open.add(end)
      end.on('error', () => {})
    }
  })
  const { port } = await listen(t, server, () => {
    for (const socket of open) socket.destroy()
    server.closeAllConnections()
  })
  return { asked, port }
}

async function startVendor(t: Test) {
  const seen: (string | undefined)[] = []
  const server = https.createServer(certificate, (request, reply) => {
    seen.push(request.headers['proxy-authorization'])
    reply.end('[]')
  })
  const { port } = await listen(t, server, () => server.closeAllConnections())
  return { port, seen }
}

/** Every name leads nowhere: behind a proxy nobody asks. */
const nobody: net.LookupFunction = () => t.fail('the name was looked up here')
const tls = { ca: pem('good.pem') }

t.test('names go through the proxy, in a tunnel that ends at the vendor', async t => {
  const vendor = await startVendor(t)
  const login = 'egress:fake pass:word'
  const proxy = await startProxy(t, vendor.port, { login })
  const at = parseProxy(`http://egress:fake%20pass%3Aword@127.0.0.1:${proxy.port}`)
  const http = workshop(t, '', { proxy: at, tls, lookup: nobody }).client({ vendorHosts: [name], attempts: 1 })
  t.equal((await http.request({ url: `https://${name}/a` })).status, 200)
  t.equal((await http.request({ url: `https://${name}/b` })).status, 200)
  const authorization = `Basic ${Buffer.from(login).toString('base64')}`
  for (const asked of proxy.asked) t.strictSame(asked, { target: `${name}:443`, authorization, host: `${name}:443` })
  t.strictSame(vendor.seen, [undefined, undefined], 'the vendor does not see the proxy’s password')
})

t.test('a proxy over TLS has to show a certificate that is good for its name', async t => {
  const vendor = await startVendor(t)
  const proxy = await startProxy(t, vendor.port, { secure: true })
  // The only certificate of these tests is made out to a name, which leads here by no name server.
  const at = { secure: true, host: '127.0.0.1', port: proxy.port }
  const http = workshop(t, '', { proxy: at, tls, lookup: nobody }).client({ vendorHosts: [name], attempts: 1 })
  await t.rejects(http.request({ url: `https://${name}/` }), { message: /outbound proxy does not answer/ })
  t.strictSame(proxy.asked, [])
  const tunnel = await openTunnel(at, `${name}:443`, 2_000, {
    ca: tls.ca,
    checkServerIdentity: (_: string, shown: PeerCertificate) => checkServerIdentity(name, shown)
  })
  tunnel.destroy()
  t.equal(proxy.asked.length, 1)
})

t.test('what may not be called is not asked of the proxy', async t => {
  const vendor = await startVendor(t)
  const proxy = await startProxy(t, vendor.port)
  const allow = `10.0.0.0/8,https://psa.fake.example:8443`
  const { client } = workshop(t, allow, { proxy: parseProxy(`http://127.0.0.1:${proxy.port}`), tls, lookup: nobody })
  const http = client({ vendorHosts: [name], attempts: 1 })
  for (const url of [
    'https://evil.example/',
    `http://${name}/`,
    `https://${name}:8444/`,
    'https://10.1.2.3/',
    'https://169.254.169.254/',
    'https://127.0.0.1/',
    'https://localhost/',
    'https://metadata.google.internal/'
  ])
    await t.rejects(http.request({ url }), { name: 'TargetRefused' }, url)
  t.strictSame(proxy.asked, [])
  t.equal((await http.request({ url: `https://${name}:8443/` })).status, 200, 'a listed name is')
  t.strictSame(
    proxy.asked.map(({ target }) => target),
    [`${name}:8443`]
  )
})

t.test('a listed origin that is an address is called without the proxy', async t => {
  const proxy = await startProxy(t, 1)
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const { client } = workshop(t, origin, { proxy: parseProxy(`http://127.0.0.1:${proxy.port}`) })
  t.equal((await client().request({ url: origin })).status, 200)
  t.strictSame(proxy.asked, [])
})

t.test('a listed name in plain text goes through a tunnel too', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const proxy = await startProxy(t, Number(new URL(origin).port))
  const { client } = workshop(t, 'http://psa.fake.example:8080', {
    proxy: parseProxy(`http://127.0.0.1:${proxy.port}`),
    lookup: nobody
  })
  t.equal((await client().request({ url: 'http://psa.fake.example:8080/' })).status, 200)
  t.equal(proxy.asked[0]?.target, 'psa.fake.example:8080')
})

t.test('the vendor’s certificate is checked inside the tunnel', async t => {
  const vendor = await startVendor(t)
  const proxy = await startProxy(t, vendor.port)
  const at = parseProxy(`http://127.0.0.1:${proxy.port}`)
  const http = workshop(t, '', { proxy: at, lookup: nobody }).client({ vendorHosts: [name, 'other.fake.example'] })
  await t.rejects(http.request({ url: `https://${name}/` }), { message: /signed by itself/ })
  const trusting = workshop(t, '', { proxy: at, tls, lookup: nobody }).client({ vendorHosts: ['other.fake.example'] })
  await t.rejects(trusting.request({ url: 'https://other.fake.example/' }), { message: /made out to another name/ })
  t.strictSame(vendor.seen, [])
})

t.test('a proxy that is away, silent or refuses is named as the cause, without its password', async t => {
  const silent = await serveRaw(t, () => {})
  const chatty = await serveRaw(t, socket => socket.write('HTTP/1.1 200 OK\r\n\r\nHTTP/1.1 200 OK\r\n\r\n'))
  const plain = await serve(t, (_, reply) => reply.writeHead(403).end())
  const wrong = await startProxy(t, 1, { login: 'egress:another' })
  for (const [at, words] of [
    ['http://127.0.0.1:1', /outbound proxy does not answer/],
    [silent, /outbound proxy does not answer/],
    [chatty, /outbound proxy does not let us through/],
    [plain, /outbound proxy does not/],
    [`http://127.0.0.1:${wrong.port}`, /outbound proxy wants another user and password/]
  ] as const) {
    const proxy = parseProxy(at.replace('://', '://egress:hunter2@'))
    const http = workshop(t, '', { proxy, lookup: nobody }).client({ vendorHosts: [name], attempts: 1 })
    const failure = await t.rejects(http.request({ url: `https://${name}/` }), {
      name: 'SourceUnavailable',
      message: words
    })
    t.notMatch(`${failure} ${(failure as Error).stack} ${JSON.stringify(failure)}`, /hunter2|ZWdyZXNz/)
  }
})

t.test('the proxy is one URL, and a wrong one is not repeated', async t => {
  t.strictSame(parseProxy('http://proxy.example.org:3128'), { secure: false, host: 'proxy.example.org', port: 3128 })
  t.strictSame(parseProxy('https://[::1]/'), { secure: true, host: '::1', port: 443 })
  for (const text of [
    'socks5://proxy.example.org',
    'proxy.example.org:3128',
    'http://user:hunter2@proxy.example.org/path',
    'http://user:hunter2@',
    'http://user:hunter2@proxy.example.org:99999',
    'http://user:hunter2@proxy.example.org?x'
  ]) {
    const thrown = t.throws(() => parseProxy(text), { code: 'HOST_ERR_CONFIG' }, text) as Error
    t.match(thrown.message, /^OUTBOUND_PROXY must be /)
    t.notMatch(thrown.message, /hunter2/)
  }
})

t.test('other calls of the host take the proxy as well', async t => {
  const vendor = await startVendor(t)
  const proxy = await startProxy(t, vendor.port)
  const fetcher = createFetcher({
    allow: parseOutboundAllow(''),
    proxy: parseProxy(`http://127.0.0.1:${proxy.port}`),
    lookup: nobody,
    tls
  })
  t.teardown(() => fetcher.close())
  const get = fetcher.for({ anyPublicHost: true, maxBytes: 1_000, deadlineMs: 60_000 })
  t.equal(await (await get(`https://${name}/`)).text(), '[]')
  for (const internal of ['vault.internal', 'printer.local', 'a.localhost', 'db.corp', '1.0.0.127.in-addr.arpa'])
    await t.rejects(get(`https://${internal}/`), { name: 'TargetRefused' }, internal)
  t.equal(proxy.asked.length, 1)
})
