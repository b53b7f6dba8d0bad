/** What a request may ask for beside its URL. */
import t from 'tap'
import { generous, serve, serveRaw, workshop } from './workshop.ts'

t.test('a status that the request takes for an answer comes back with its body and is not repeated', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    reply.writeHead(500).end('{"errors":["Unable to find UnitCost in the Contract Entity."]}')
  })
  const { client } = workshop(t, origin)
  const answer = await client().request({ url: origin, answers: [500] })
  t.match(answer, { status: 500, body: { errors: ['Unable to find UnitCost in the Contract Entity.'] } })
  t.equal(asked, 1)
  await t.rejects(client({ attempts: 2 }).request({ url: origin, answers: [502] }), {
    name: 'SourceUnavailable',
    status: 500
  })
  t.equal(asked, 3, 'another status is what it always is')
})

t.test('429 and redirects are never answers', async t => {
  const busy = await serve(t, (_, reply) => reply.writeHead(429).end('{}'))
  const moved = await serve(t, (_, reply) => reply.writeHead(302, { location: '/' }).end('{}'))
  const { client } = workshop(t, `${busy},${moved}`)
  await t.rejects(client({ attempts: 1 }).request({ url: busy, answers: [429] }), { code: 'HOST_ERR_SOURCE_THROTTLED' })
  await t.rejects(client().request({ url: moved, answers: [302] }), { name: 'SourceUnreadable' })
})

t.test('a lane has no more under way than it bears, and holds up nobody else', async t => {
  const under = { way: 0, most: 0 }
  const release = Promise.withResolvers<void>()
  const origin = await serve(t, async (request, reply) => {
    if (request.url === '/other') return reply.end('[]')
    under.most = Math.max(under.most, ++under.way)
    await release.promise
    under.way--
    reply.end('[]')
  })
  const { client } = workshop(t, origin)
  const http = client({ rate: { ...generous, lanes: { contracts: 2 } } })
  const slow = Array.from({ length: 6 }, () => http.request({ url: `${origin}/slow`, lane: 'contracts' }))
  while (under.way < 2) await new Promise(resolve => setTimeout(resolve, 5))
  t.equal((await http.request({ url: `${origin}/other` })).status, 200)
  release.resolve()
  await Promise.all(slow)
  t.equal(under.most, 2)
  await t.rejects(http.request({ url: origin, lane: 'contacts' }), { message: /declares no lane "contacts"/ })
})

t.test('a 429 that does not say how long holds for as long as the connector declares', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    if (asked === 1) reply.writeHead(429).end()
    else if (asked === 2) reply.writeHead(429, { 'retry-after': '7' }).end()
    else reply.end('[]')
  })
  const { client, budgets } = workshop(t, origin)
  await client({ rate: { ...generous, throttlePauseMs: 60_000 } }).request({ url: origin })
  t.strictSame(budgets.holds, [60_000, 7_000])
})

t.test('the connector says how many requests may be sent at once after a rest', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const { client, time } = workshop(t, origin)
  const rate = { requests: 600, perMs: 60_000, concurrency: 4, burst: 4 }
  for (let number = 0; number < 14; number++) await client({ rate }).request({ url: origin })
  t.ok(time.now() >= 1_000, `${time.now()} ms for ten more than four, at ten a second`)
})

t.test('the vendor’s clock is known from its last answer, whatever that said', async t => {
  const dates = ['Mon, 23 Nov 2026 10:00:00 GMT', 'Mon, 23 Nov 2026 10:00:05 GMT', undefined, 'yesterday']
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    const date = dates[asked++]
    reply.sendDate = false
    if (date) reply.setHeader('date', date)
    reply.writeHead(asked === 2 ? 404 : 200).end('[]')
  })
  const hostTime = new Date('2026-11-23T09:59:58.000Z')
  const http = workshop(t, origin).client({ now: () => hostTime })
  t.equal(http.vendorDate, undefined)
  t.equal(http.vendorDateTakenAt, undefined)
  await http.request({ url: origin })
  t.same([http.vendorDate, http.vendorDateTakenAt], [new Date('2026-11-23T10:00:00.000Z'), hostTime])
  for (let more = 0; more < 3; more++) await http.request({ url: origin })
  t.same(http.vendorDate, new Date('2026-11-23T10:00:05.000Z'))
})

t.test('what several sync types ask of a connection is asked once in a joint run', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    setTimeout(() => reply.end('[{"id":1,"cost":1.50}]'), 20)
  })
  const { client, stats } = workshop(t, origin)
  const memo = new Map()
  const [one, other] = [client({ memo }), client({ memo })]
  const shared = { url: `${origin}/companies`, shared: true, headers: { accept: 'application/json', 'x-key': 'a' } }
  const again = { ...shared, headers: { 'X-Key': 'a', Accept: 'application/json' } }
  const answers = await Promise.all([one.request(shared), other.request(again)])
  t.strictSame(answers[0], answers[1])
  await one.request(shared)
  t.equal(asked, 1)
  t.equal(stats.requests, 1, 'and counted once')

  t.strictSame((await one.request({ ...shared, decimals: ['cost'] })).body, [{ id: 1, cost: '1.50' }])
  await one.request({ ...shared, headers: { ...shared.headers, 'x-key': 'b' } })
  await one.request({ ...shared, url: `${origin}/contacts` })
  t.equal(asked, 4, 'another question is another one')
  await one.request({ url: shared.url, headers: shared.headers })
  await one.request({ ...shared, method: 'POST', json: {} })
  await client().request(shared)
  t.equal(asked, 7, 'what is not shared, and what has no joint run, is asked')
})

t.test('a failure is not kept for the joint run', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => reply.writeHead(++asked === 1 ? 500 : 200).end('[]'))
  const memo = new Map()
  const http = workshop(t, origin).client({ memo, attempts: 1 })
  await t.rejects(http.request({ url: origin, shared: true }), { name: 'SourceUnavailable', status: 500 })
  t.equal((await http.request({ url: origin, shared: true })).status, 200)
  t.equal(asked, 2)
})

t.test('who waits for an answer that another asked for is not ended with him', async t => {
  let asked = 0
  const origin = await serveRaw(t, socket => {
    if (++asked > 1) socket.end('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n[]')
  })
  const { client } = workshop(t, origin)
  const memo = new Map()
  const ending = new AbortController()
  const leaving = new AbortController()
  const first = client({ memo, signal: ending.signal }).request({ url: origin, shared: true })
  const second = client({ memo }).request({ url: origin, shared: true })
  const third = client({ memo, signal: leaving.signal }).request({ url: origin, shared: true })
  while (asked === 0) await new Promise(resolve => setTimeout(resolve, 5))
  leaving.abort(new Error('no longer wanted'))
  await t.rejects(third, { message: 'no longer wanted' })
  ending.abort(new Error('stopped'))
  await t.rejects(first, { message: 'stopped' })
  t.equal((await second).status, 200)
  t.equal(asked, 2)
})

t.test('a request that may be counted several times is counted both ways', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const { client, stats } = workshop(t, origin)
  await client().request({ url: origin })
  await client().request({ url: origin, method: 'POST', json: {}, weight: 50 })
  t.match(stats, { requests: 2, counted: 51 })
})
