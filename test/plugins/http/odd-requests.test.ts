import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import t from 'tap'
import { buildTestHost } from '../../build-test-host.ts'
import acmeDesk from '../../connectors/acme-desk/index.ts'

interface RawAnswer {
  readonly status: number
  readonly headers: string
  readonly body: any
}

/** Sends bytes as they are, which no client library would, and reads until the host closes. */
async function send(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(bytes)
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  await once(socket, 'close')
  const [headers = '', body = ''] = text.split(/\r\n\r\n(.*)/s)
  return {
    status: Number(/^HTTP\/1\.1 ([0-9]+)/.exec(headers)?.[1]),
    headers: headers.toLowerCase(),
    body: body.startsWith('{') ? JSON.parse(body) : body
  }
}

t.test('no input of a caller is answered as a mistake of the host', async t => {
  const { host, as, log } = await buildTestHost(t, { connectors: [acmeDesk] })
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  const { authorization } = await as('acme')
  const head = (line: string, more = '') =>
    `${line} HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: ${authorization}\r\nconnection: close\r\n${more}`
  const post = (body: string, more = '') =>
    head(
      'POST /v1/integrations/acme-desk/install',
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\n${more}\r\n${body}`
    )
  const deep = (times: number) => `${'{"a":'.repeat(times)}1${'}'.repeat(times)}`

  const cases: Record<string, [bytes: string | Buffer, status: number]> = {
    'a header beyond ASCII': [Buffer.from(head('GET /v1/clients', 'x-note: \u00fc\r\n\r\n'), 'latin1'), 200],
    'a header beyond Latin-1': [head('GET /v1/clients', 'x-note: 日本\r\naccept: 日本\r\n\r\n'), 200],
    'a content type beyond Latin-1': [head('GET /v1/clients', 'content-type: 日本\r\n\r\n'), 200],
    'a path beyond ASCII': [head('GET /v1/日本', '\r\n'), 400],
    'half a character in a path': [head('GET /v1/clients/%ED%A0%80', '\r\n'), 400],
    'half a character in a query': [head('GET /v1/clients?search=%ED%A0%80', '\r\n'), 200],
    'half a character in a cursor': [head('GET /v1/clients?cursor=%ED%A0%80', '\r\n'), 400],
    'half a character in a body': [post('{"credentials":{"apiKey":"\\ud800"},"syncTypes":["active-accounts"]}'), 400],
    'half a character as a field': [post('{"credentials":{"\\ud800":"a"},"syncTypes":["active-accounts"]}'), 400],
    'settings nested 5,000 deep': [
      post(`{"credentials":{"apiKey":"a"},"syncTypes":["active-accounts"],"settings":${deep(5000)}}`),
      400
    ],
    'an array nested 20,000 deep': [post('['.repeat(20_000) + ']'.repeat(20_000)), 400],
    'a body that ends early': [
      head('POST /v1/integrations/acme-desk/install', 'content-type: application/json\r\ncontent-length: 9\r\n\r\n{}'),
      400
    ],
    'a length that is no number': [head('GET /v1/clients', 'content-length: abc\r\n\r\n'), 400],
    'an expectation that nobody has': [head('GET /v1/clients', 'expect: odd\r\n\r\n'), 417],
    'an upgrade that is not offered': [head('GET /v1/clients', 'upgrade: websocket\r\n\r\n'), 200]
  }
  const said: Readonly<Record<string, RegExp>> = {
    'half a character in a body': /half of a character/,
    'half a character as a field': /name is not whole text/,
    'settings nested 5,000 deep': /nested more than 32 deep/
  }
  for (const [name, [bytes, status]] of Object.entries(cases)) {
    const socketEnds = name === 'a body that ends early'
    const answer = socketEnds ? await sendAndEnd(port, bytes) : await send(port, bytes)
    t.equal(answer.status, status, name)
    // Its schema would refuse it too, but not before everything that walks a body has met it.
    if (said[name]) t.match(answer.body.problems, [{ message: said[name] }], name)
  }
  t.notMatch(log(), /"level":50/, 'the log tells of no mistake')
})

async function sendAndEnd(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', chunk => {
    text += chunk
  })
  socket.end(bytes)
  await once(socket, 'close')
  return { status: Number(/^HTTP\/1\.1 ([0-9]+)/.exec(text)?.[1]), headers: '', body: '' }
}

t.test('a caller who hangs up in mid-body is no failure of the host', async t => {
  const { host, as, log } = await buildTestHost(t, { connectors: [acmeDesk] })
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  const { authorization } = await as('acme')
  const socket = connect(port, '127.0.0.1')
  socket.write(
    `POST /v1/integrations/acme-desk/install HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\n` +
      'content-type: application/json\r\ncontent-length: 500\r\n\r\n{"half'
  )
  await once(socket, 'connect')
  while (!log().includes('incoming request')) await new Promise(resolve => setTimeout(resolve, 5))
  socket.resetAndDestroy()
  // On a busy machine it is gone before anybody reads the body: then there is nobody to be refused.
  const patience = performance.now() + 3000
  while (!log().includes('request refused') && performance.now() < patience)
    await new Promise(resolve => setTimeout(resolve, 5))
  t.notMatch(log(), /"level":50/)
})

t.test('a method that an address does not take is 405 with those it takes, whatever the method', async t => {
  const { host, as } = await buildTestHost(t, { connectors: [acmeDesk] })
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  const { authorization } = await as('acme')
  for (const method of ['PUT', 'PATCH', 'QUERY', 'TRACE', 'PROPFIND', 'OPTIONS']) {
    const bytes = `${method} /v1/clients/abc HTTP/1.1\r\nhost: a\r\nauthorization: ${authorization}\r\nconnection: close\r\n\r\n`
    const { status, headers, body } = await send(port, bytes)
    t.equal(status, 405, method)
    t.match(headers, /\r\nallow: .*get/, method)
    t.equal(body.code, 'HOST_ERR_METHOD_NOT_ALLOWED')
  }
  const { status, body } = await send(port, 'QUERY /nowhere HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  t.equal(status, 404)
  t.equal(body.code, 'HOST_ERR_ROUTE_NOT_FOUND')
})

t.test('every answer carries the id under which the log has it', async t => {
  const { host, as, log } = await buildTestHost(t)
  const headers = await as('acme')
  for (const url of ['/v1/clients', '/v1/nowhere', '/health/live', '/v1/clients?limit=0', '/%zz']) {
    const answer = await host.inject({ url, headers })
    const id = answer.headers['x-request-id'] as string
    t.match(id, /^[0-9a-f-]{36}$/, url)
    if (answer.statusCode >= 400) t.equal(answer.json().requestId, id)
  }
  const refused = await host.inject({ url: '/v1/clients' })
  t.ok(log().includes(refused.headers['x-request-id'] as string))
})
