import { once } from 'node:events'
import net from 'node:net'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import t from 'tap'
import { SourceUnavailable, SourceUnreadable } from '../../../plugins/connector/failures.ts'
import { serve, serveRaw, workshop } from './workshop.ts'

const json = '{"items":[{"id":1,"name":"First"}]}'

t.test('an answer comes back with status, lower-case headers, body and size', async t => {
  const seen: unknown[] = []
  const origin = await serve(t, (request, reply) => {
    seen.push(
      request.method,
      request.url,
      request.headers['x-key'],
      request.headers.accept,
      request.headers['content-type']
    )
    reply.setHeader('X-Total', '7').end(json)
  })
  const { client, stats } = workshop(t, origin)
  const answer = await client().request({
    url: `${origin}/a%20b?q=1`,
    headers: { 'X-Key': 'k', Accept: 'application/x+json' }
  })
  t.match(answer, { status: 200, headers: { 'x-total': '7' }, body: JSON.parse(json), bytes: json.length })
  t.strictSame(seen, ['GET', '/a%20b?q=1', 'k', 'application/x+json', undefined])
  t.strictSame(stats, { requests: 1, counted: 1, throttled: 0, bytes: json.length })
})

t.test('a POST carries JSON', async t => {
  const origin = await serve(t, async (request, reply) => {
    let body = ''
    for await (const chunk of request) body += chunk
    reply.end(JSON.stringify({ method: request.method, type: request.headers['content-type'], body }))
  })
  const { client } = workshop(t, origin)
  const answer = await client().request({ url: origin, method: 'POST', json: { a: 1 } })
  t.strictSame(answer.body, { method: 'POST', type: 'application/json', body: '{"a":1}' })
})

t.test('a 4xx is an answer and is not repeated, whatever its body', async t => {
  for (const [status, body, parsed] of [
    [401, '{"code":"Unauthorized"}', { code: 'Unauthorized' }],
    [404, '<html>no</html>', undefined],
    [400, '', undefined]
  ] as const) {
    const origin = await serve(t, (_, reply) => reply.writeHead(status).end(body))
    const { client, stats } = workshop(t, origin)
    const answer = await client().request({ url: origin })
    t.equal(answer.status, status)
    t.strictSame(answer.body, parsed)
    t.equal(stats.requests, 1)
  }
})

t.test('compressed bodies are decoded', async t => {
  const encoded = { gzip: gzipSync(json), deflate: deflateSync(json), br: brotliCompressSync(json) }
  for (const [name, bytes] of [...Object.entries(encoded), ['deflate', deflateRawSync(json)] as const]) {
    const origin = await serve(t, (_, reply) => reply.setHeader('content-encoding', name).end(bytes))
    const { client } = workshop(t, origin)
    t.strictSame((await client().request({ url: origin })).body, JSON.parse(json), name)
  }
})

t.test('fault 1: a refused or reset connection is tried again with growing pauses, then given up', async t => {
  const origin = await serveRaw(t, socket => socket.resetAndDestroy())
  const { client, time, stats } = workshop(t, origin)
  await t.rejects(client({ attempts: 4 }).request({ url: origin }), { code: 'HOST_ERR_SOURCE_UNAVAILABLE' })
  t.equal(stats.requests, 4)
  t.strictSame(time.slept, [150, 300, 600])

  const server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const closed = `http://127.0.0.1:${(server.address() as net.AddressInfo).port}`
  server.close()
  await once(server, 'close')
  const other = workshop(t, closed)
  await t.rejects(other.client({ attempts: 2 }).request({ url: closed }), {
    message: `${new URL(closed).host} refuses the connection.`
  })
})

t.test('fault 2: a hang, and a body that drips, end at the total deadline', async t => {
  const hang = await serveRaw(t, () => {})
  const drip = await serveRaw(t, socket => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n[')
    const timer = setInterval(() => socket.write(' '), 20)
    socket.on('close', () => clearInterval(timer))
  })
  for (const origin of [hang, drip]) {
    const { client } = workshop(t, origin)
    await t.rejects(client({ attempts: 1, deadlineMs: 150 }).request({ url: origin }), {
      name: 'SourceUnavailable',
      message: /not answered completely within 0.15 s/
    })
  }
})

t.test('fault 3: a body shorter than its Content-Length is repeated', async t => {
  const origin = await serveRaw(t, (socket, number) =>
    socket.end(`HTTP/1.1 200 OK\r\ncontent-length: ${number < 3 ? 500 : json.length}\r\n\r\n${json}`)
  )
  const { client, stats } = workshop(t, origin)
  t.strictSame((await client().request({ url: origin })).body, JSON.parse(json))
  t.equal(stats.requests, 3)
})

t.test('fault 4: a body longer than its Content-Length is cut, never taken for whole', async t => {
  const origin = await serveRaw(t, socket => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n${json}`))
  const { client, stats } = workshop(t, origin)
  await t.rejects(client({ attempts: 3 }).request({ url: origin }), { name: 'SourceUnreadable', kind: 'truncated' })
  t.equal(stats.requests, 3)
})

t.test('fault 6: answers that break the rules of HTTP are not read', async t => {
  for (const head of [
    'content-length: 35\r\ncontent-length: 36',
    'content-length: 35\r\ntransfer-encoding: chunked',
    'transfer-encoding: chunked'
  ]) {
    const origin = await serveRaw(t, socket => {
      // 23 is the length in hexadecimal; the last chunk never comes.
      socket.write(
        `HTTP/1.1 200 OK\r\n${head}\r\n\r\n${head === 'transfer-encoding: chunked' ? '23\r\n' : ''}${json}\r\n`
      )
    })
    const { client } = workshop(t, origin)
    await t.rejects(
      client({ attempts: 1, deadlineMs: 300 }).request({ url: origin }),
      { name: 'SourceUnavailable' },
      head
    )
  }
})

t.test('fault 7: a 2xx that is a web page, cut or empty is tried again and then unreadable', async t => {
  for (const [body, kind] of [
    ['\n <!doctype html><html>login</html>', 'html'],
    ['[{"id":1},{"id', 'truncated'],
    ['', 'empty'],
    ['\ufeff', 'empty']
  ] as const) {
    let asked = 0
    const origin = await serve(t, (_, reply) => {
      asked++
      reply.end(body)
    })
    const { client } = workshop(t, origin)
    await t.rejects(client({ attempts: 3 }).request({ url: origin }), { name: 'SourceUnreadable', kind })
    t.equal(asked, 3, kind)
  }
})

t.test('fault 7: a maintenance page that passes is not noticed', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => reply.end(++asked < 3 ? '<html>soon back</html>' : json))
  const { client } = workshop(t, origin)
  t.strictSame((await client().request({ url: origin })).body, JSON.parse(json))
})

t.test('fault 7: a body that is no JSON, or not UTF-8, is not asked for again', async t => {
  for (const body of ['[NaN]', 'OK', Buffer.from('["M\xfcller"]', 'latin1')]) {
    let asked = 0
    const origin = await serve(t, (_, reply) => {
      asked++
      reply.end(body)
    })
    const { client } = workshop(t, origin)
    await t.rejects(client().request({ url: origin }), { name: 'SourceUnreadable', kind: 'shape' })
    t.equal(asked, 1)
  }
})

t.test('fault 7: null and a byte order mark are valid', async t => {
  for (const body of ['null', '\ufeff null']) {
    const origin = await serve(t, (_, reply) => reply.end(body))
    t.equal((await workshop(t, origin).client().request({ url: origin })).body, null)
  }
})

t.test('fault 8: a body over the cap is stopped, also one that unfolds', async t => {
  const bomb = gzipSync(Buffer.alloc(50_000_000, ' '))
  let sent = 0
  const plain = await serve(t, async (_, reply) => {
    for (; sent < 1_000 && !reply.destroyed; sent++)
      if (!reply.write(' '.repeat(65_536))) await Promise.race([once(reply, 'drain'), once(reply, 'close')])
    reply.end()
  })
  const folded = await serve(t, (_, reply) => reply.setHeader('content-encoding', 'gzip').end(bomb))
  const before = process.memoryUsage().rss
  for (const origin of [plain, folded]) {
    const { client, stats } = workshop(t, origin)
    await t.rejects(client({ maxBytes: 1_048_576 }).request({ url: origin }), {
      name: 'SourceUnreadable',
      kind: 'too-large'
    })
    t.equal(stats.requests, 1)
  }
  t.ok(sent < 500, 'the rest is not taken')
  t.ok(process.memoryUsage().rss - before < 100 * 1_048_576)
})

t.test('fault 8: too many headers are not read', async t => {
  const origin = await serveRaw(t, socket => {
    socket.write(`HTTP/1.1 200 OK\r\n${'x-filler: 0123456789\r\n'.repeat(100_000)}content-length: 2\r\n\r\n[]`)
  })
  await t.rejects(workshop(t, origin).client({ attempts: 1 }).request({ url: origin }), { name: 'SourceUnavailable' })
})

t.test('a 5xx is tried again, with Retry-After if it is longer, and is unavailable in the end', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    reply.writeHead(503, asked === 2 ? { 'retry-after': '7' } : {}).end('<html>')
  })
  const { client, time } = workshop(t, origin)
  const failure = await t.rejects(client({ attempts: 3 }).request({ url: origin }))
  t.match(failure, { name: 'SourceUnavailable', status: 503, code: 'HOST_ERR_SOURCE_UNAVAILABLE' })
  t.equal(asked, 3)
  t.strictSame(time.slept, [150, 7_000])
})

t.test('the number of attempts of one request counts before the client’s', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(500).end())
  const { client, stats } = workshop(t, origin)
  await t.rejects(client({ attempts: 5 }).request({ url: origin, attempts: 2 }))
  t.equal(stats.requests, 2)
})

t.test('an abort ends a request, its body and a pause at once with the signal’s reason', async t => {
  const reason = new Error('the lease is lost')
  const hang = await serveRaw(t, () => {})
  const drip = await serveRaw(t, socket => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n['))
  const failing = await serve(t, (_, reply) => reply.writeHead(500).end())
  for (const origin of [hang, drip, failing]) {
    const ending = new AbortController()
    const { client } = workshop(t, origin, {
      time: {
        now: () => 0,
        sleep: (_, signal) =>
          new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason)))
      }
    })
    const requested = client({ signal: ending.signal }).request({ url: origin })
    setTimeout(() => ending.abort(reason), 80)
    t.equal(await t.rejects(requested), reason)
    t.equal(await t.rejects(client({ signal: ending.signal }).request({ url: origin })), reason)
  }
})

t.test('closing ends what is under way, and may be done twice', async t => {
  const origin = await serveRaw(t, () => {})
  const { client, outbound } = workshop(t, origin)
  const requested = client().request({ url: origin })
  setTimeout(() => outbound.close(), 50)
  await t.rejects(requested, { code: 'HOST_ERR_INTERRUPTED' })
  await outbound.close()
  await t.rejects(client().request({ url: origin }), { code: 'HOST_ERR_INTERRUPTED' })
})

t.test('failures name the host and never what was sent', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(500).end('secret-body'))
  const { client } = workshop(t, origin)
  const headers = { authorization: 'Basic c2VjcmV0LWhlYWRlcg==' }
  const failure = await t.rejects(client({ attempts: 1 }).request({ url: `${origin}/?q=secret-query`, headers }))
  t.ok(failure instanceof SourceUnavailable)
  t.notMatch(JSON.stringify(failure) + String(failure) + (failure as Error).stack, /secret-|c2VjcmV0/)
  t.notOk(failure instanceof SourceUnreadable)
})
