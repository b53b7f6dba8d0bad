import diagnostics from 'node:diagnostics_channel'
import { readFileSync } from 'node:fs'
import https from 'node:https'
import net, { type LookupFunction } from 'node:net'
import t, { type Test } from 'tap'
import { listen, serve, workshop } from './workshop.ts'

type Pair = { readonly key: string; readonly cert: string }
type Answer = readonly string[] | { readonly error: string } | 'silence'

/** A name server that gives its answers in turn, the last one for ever. */
function resolver(...answers: readonly Answer[]): LookupFunction & { asked: number } {
  const lookup: LookupFunction = (_hostname, _options, callback) => {
    const answer = answers[Math.min(resolving.asked++, answers.length - 1)]!
    if (answer === 'silence') return
    if ('error' in answer) return callback(Object.assign(new Error(answer.error), { code: answer.error }), [])
    callback(
      null,
      (answer as readonly string[]).map(address => ({ address, family: net.isIP(address) }))
    )
  }
  const resolving = Object.assign(lookup, { asked: 0 })
  return resolving
}

/** Counts connections that should never come. */
async function canary(t: Test, port = 0) {
  const counted = { connections: 0, port }
  const server = net.createServer(socket => {
    counted.connections++
    socket.destroy()
  })
  counted.port = (await listen(t, server)).port
  return counted
}

t.test('DNS 114 to 119: one answer that may not be called refuses the name, and nothing is connected', async t => {
  for (const addresses of [
    ['127.0.0.1'],
    ['10.1.2.3'],
    ['::1'],
    ['8.8.8.8', '::1'],
    ['8.8.8.8', '10.1.2.3'],
    ['2606:4700::1111', '169.254.169.254'],
    ['::ffff:127.0.0.1'],
    ['168.63.129.16']
  ]) {
    const lookup = resolver(addresses)
    const { client, stats } = workshop(t, '', { lookup })
    await t.rejects(
      client().request({ url: 'https://na.vendor.example/' }),
      { name: 'TargetRefused' },
      addresses.join()
    )
    t.equal(stats.requests, 1, 'it is not tried again')
  }
})

t.test('a refused address is never connected to', async t => {
  const trap = await canary(t)
  const lookup = resolver(['127.0.0.1'])
  // The operator lists the origin's port under another name, so only the address rule stands between.
  const { client } = workshop(t, `https://other.example:${trap.port}`, { lookup })
  await t.rejects(client().request({ url: `https://na.vendor.example:${trap.port}/` }), { name: 'TargetRefused' })
  await t.rejects(client().request({ url: `http://127.0.0.1:${trap.port}/` }), { name: 'TargetRefused' })
  await t.rejects(client().request({ url: `https://127.0.0.1:${trap.port}/` }), { name: 'TargetRefused' })
  t.equal(trap.connections, 0)
})

t.test('DNS 120 and 121: the address that was checked is the one connected to, a later flip is refused', async t => {
  const origin = await serve(t, (_, reply) => reply.setHeader('connection', 'close').end('[]'))
  const { port } = new URL(origin)
  const lookup = resolver(['127.0.0.1'], ['169.254.169.254'])
  const { client } = workshop(t, `http://psa.example.org:${port}`, { lookup })
  const url = `http://psa.example.org:${port}/`
  t.equal((await client().request({ url })).status, 200)
  t.equal(lookup.asked, 1, 'the system did not resolve the name again')
  await t.rejects(client().request({ url }), { name: 'TargetRefused' })
})

t.test('DNS 122: a flip between two attempts is refused', async t => {
  const origin = await serve(t, (request, reply) => {
    reply.writeHead(500).end()
    request.socket.destroySoon()
  })
  const { port } = new URL(origin)
  const lookup = resolver(['127.0.0.1'], ['169.254.169.254'])
  const { client, stats } = workshop(t, `http://psa.example.org:${port}`, { lookup })
  await t.rejects(client().request({ url: `http://psa.example.org:${port}/` }), { name: 'TargetRefused' })
  t.equal(stats.requests, 2)
})

t.test('a name may resolve into a range that the operator listed', async t => {
  const trap = await canary(t)
  const { client } = workshop(t, `127.0.0.0/8,https://psa.example.org:${trap.port}`, {
    lookup: resolver(['127.0.0.1'])
  })
  await t.rejects(client({ attempts: 1 }).request({ url: `https://psa.example.org:${trap.port}/` }), {
    name: 'SourceUnavailable'
  })
  t.equal(trap.connections, 1)
})

t.test('fault 21: names that DNS does not know or is silent about are unavailable, in bounded time', async t => {
  for (const [answer, message] of [
    [{ error: 'ENOTFOUND' }, /is a name that DNS does not know/],
    [{ error: 'EAI_AGAIN' }, /DNS does not answer/],
    [[], /is a name that DNS does not know/],
    ['silence', /does not take our connection in time/]
  ] as const) {
    const { client } = workshop(t, '', { lookup: resolver(answer) })
    await t.rejects(client({ attempts: 1 }).request({ url: 'https://na.vendor.example/' }), {
      name: 'SourceUnavailable',
      message
    })
  }
})

t.test('fault 12: redirects 123 to 128 are not followed, and no other host sees the credentials', async t => {
  const trap = await canary(t)
  for (const status of [300, 301, 302, 303, 304, 307, 308]) {
    for (const location of [
      `http://127.0.0.1:${trap.port}/`,
      `//127.0.0.1:${trap.port}/`,
      `https://localhost:${trap.port}/`,
      'gopher://127.0.0.1/'
    ]) {
      const origin = await serve(t, (_, reply) => reply.writeHead(status, { location }).end())
      const { client, stats } = workshop(t, `${origin},127.0.0.0/8`)
      await t.rejects(client().request({ url: origin, headers: { authorization: 'Basic eA==' } }), {
        name: 'SourceUnreadable',
        message: /redirect/
      })
      t.equal(stats.requests, 1)
    }
  }
  const origin = await serve(t, (_, reply) =>
    reply.setHeader('refresh', `0; url=http://127.0.0.1:${trap.port}/`).end('[]')
  )
  t.equal((await workshop(t, origin).client().request({ url: origin })).status, 200)
  t.equal(trap.connections, 0)
})

t.test('check 13: proxy variables of the environment are not obeyed', async t => {
  const trap = await canary(t)
  const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'NODE_USE_ENV_PROXY']
  const before = names.map(name => [name, process.env[name]] as const)
  for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : `http://127.0.0.1:${trap.port}`
  t.teardown(() => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name]
      else process.env[name] = value
    }
  })
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  t.equal((await workshop(t, origin).client().request({ url: origin })).status, 200)
  t.equal(trap.connections, 0)
})

t.test('fault 20: TLS', async t => {
  const name = 'psa.fake.example'
  const pem = (file: string) => readFileSync(new URL(`certificates/${file}`, import.meta.url), 'utf8')
  // All signed by their own key, which is the same for all.
  const [good, expired, foreign] = ['good', 'expired', 'other-name'].map(file => ({
    key: pem('fake.key'),
    cert: pem(`${file}.pem`)
  })) as [Pair, Pair, Pair]

  async function call(t: Test, server: https.ServerOptions, ca?: string) {
    let served = 0
    const listener = https.createServer(server, (_, reply) => {
      served++
      reply.end('[]')
    })
    const { port } = await listen(t, listener, () => listener.closeAllConnections())
    const { client, stats } = workshop(t, `https://${name}:${port}`, {
      lookup: resolver(['127.0.0.1']),
      ...(ca === undefined ? {} : { tls: { ca } })
    })
    const answer = await client()
      .request({ url: `https://${name}:${port}/` })
      .then(
        ({ status }) => `${status}`,
        (error: Error) => `${error.name}: ${error.message.replace(/^\S+ /, '')}`
      )
    return { answer, served, attempts: stats.requests }
  }

  t.strictSame(await call(t, good, good.cert), { answer: '200', served: 1, attempts: 1 })
  t.strictSame(await call(t, good), {
    answer: 'SourceUnavailable: shows a TLS certificate signed by itself.',
    served: 0,
    attempts: 1
  })
  t.strictSame(await call(t, expired, expired.cert), {
    answer: 'SourceUnavailable: shows a TLS certificate that has expired.',
    served: 0,
    attempts: 1
  })
  t.strictSame(await call(t, foreign, foreign.cert), {
    answer: 'SourceUnavailable: shows a TLS certificate made out to another name.',
    served: 0,
    attempts: 1
  })
  t.match(
    await call(t, { ...good, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, good.cert),
    {
      answer: 'SourceUnavailable: does not speak TLS 1.2 or newer.',
      served: 0
    }
  )

  await t.test('there is no switch in the environment that takes bad certificates', async t => {
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    t.teardown(() => delete process.env.NODE_TLS_REJECT_UNAUTHORIZED)
    t.match(await call(t, good), { answer: /signed by itself/, served: 0 })
  })
})

t.test('a request whose time ran out while the process was paused in its connecting is not sent', async t => {
  const arrived: string[] = []
  const origin = await serve(t, (request, reply) => {
    arrived.push(request.url!)
    reply.end('[]')
  })
  const ending = new AbortController()
  const pause = (message: unknown) => {
    diagnostics.unsubscribe('net.client.socket', pause)
    const { socket } = message as { socket: net.Socket }
    socket.once('connect', () => {
      setTimeout(() => ending.abort(new Error('out of time')), 1)
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    })
  }
  const { client } = workshop(t, origin)
  diagnostics.subscribe('net.client.socket', pause)
  await t.rejects(client({ signal: ending.signal }).request({ url: `${origin}/late` }), { message: 'out of time' })
  await client().request({ url: `${origin}/next` })
  t.same(arrived, ['/next'])
})
