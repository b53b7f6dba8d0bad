import t from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createOutbound } from '../../../plugins/outbound/client.ts'
import { backoffMs, retryAfterMs, throttleMs } from '../../../plugins/outbound/retry.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { budgetsOn, generous, quickTime, serve, workshop } from './workshop.ts'

t.test('fault 10: Retry-After is read as seconds or as a date by the vendor’s own clock', async t => {
  const date = 'Mon, 23 Nov 2026 10:00:00 GMT'
  for (const [value, ms] of [
    ['30', 30_000],
    ['1.5', 1_500],
    ['Mon, 23 Nov 2026 10:02:00 GMT', 120_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', undefined],
    ['Mon, 23 Nov 2036 10:00:00 GMT', 900_000],
    ['315360000', 900_000],
    ['0', undefined],
    ['-5', undefined],
    ['soon', undefined],
    ['', undefined],
    [undefined, undefined]
  ] as const) {
    t.equal(retryAfterMs({ date, ...(value === undefined ? {} : { 'retry-after': value }) }), ms, value ?? 'absent')
  }
  const inAMinute = new Date(Date.now() + 60_000).toUTCString()
  t.ok(retryAfterMs({ 'retry-after': inAMinute })! > 55_000, 'without a Date header by our clock')
})

t.test('a throttled account rests from one second to fifteen minutes', async t => {
  t.equal(
    throttleMs(200, 1, () => 0),
    1_000
  )
  t.equal(
    throttleMs(undefined, 1, () => 0),
    1_000
  )
  t.equal(
    throttleMs(undefined, 20, () => 0.5),
    15_000
  )
  t.equal(
    throttleMs(4_000_000, 1, () => 0),
    900_000
  )
})

t.test('backoff doubles up to half a minute with full jitter', async t => {
  t.strictSame(
    [1, 2, 3, 7, 8, 50].map(attempt => backoffMs(attempt, () => 1)),
    [300, 600, 1_200, 19_200, 30_000, 30_000]
  )
  t.equal(
    backoffMs(3, () => 0),
    0
  )
})

t.test('fault 10: a 429 holds the account for every host and is then tried again', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    if (asked === 1) reply.writeHead(429, { 'retry-after': '30' }).end('{"message":"Too many requests."}')
    else if (asked === 2) reply.writeHead(429).end()
    else reply.end('[]')
  })
  const { client, time, budgets, stats } = workshop(t, origin)
  t.equal((await client().request({ url: origin })).status, 200)
  t.strictSame(stats, { requests: 3, counted: 3, throttled: 2, bytes: 2 })
  t.strictSame(budgets.holds, [30_000, 1_000])
  t.equal(time.now(), 31_000)
  t.equal(budgets.asked.length, 3, 'what was taken before a hold is not sent after it')
})

t.test('a request that was allowed when it began to wait for its turn is not sent when it no longer is', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => {
    asked++
    reply.end('[]')
  })
  const { client, budgets, stats } = workshop(t, origin)
  const held = client({
    assertHeld() {
      t.equal(budgets.asked.length, 1, 'asked after the wait for the budget')
      throw new Error('no longer')
    }
  })
  await t.rejects(held.request({ url: origin }), { message: 'no longer' })
  t.equal(asked, 0)
  t.equal(stats.requests, 0)
  t.equal((await client().request({ url: origin })).status, 200, 'and its place is free')
})

t.test('a 429 that asks for more than the client waits for is handed on with its time', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(429, { 'retry-after': '120' }).end())
  const { client, budgets, stats, time } = workshop(t, origin)
  const expected = { code: 'HOST_ERR_SOURCE_THROTTLED', retryAfterMs: 120_000 }
  await t.rejects(client().request({ url: origin }), { ...expected, status: 429 })
  await t.rejects(client().request({ url: origin }), expected)
  t.strictSame([stats.requests, budgets.holds, time.slept], [1, [120_000], []], 'the second was not even sent')
})

t.test('a client that does not wait hands on every 429 at once', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(429, { 'retry-after': '5' }).end())
  const { client, budgets, stats } = workshop(t, origin)
  const expected = { code: 'HOST_ERR_SOURCE_THROTTLED', retryAfterMs: 5_000 }
  await t.rejects(client({ pauses: 'throw' }).request({ url: origin }), expected)
  await t.rejects(client({ pauses: 'throw' }).request({ url: origin }), expected)
  t.strictSame([stats.requests, budgets.holds], [1, [5_000]])
})

t.test('a client that does not wait is turned away while others wait', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(429, { 'retry-after': '30' }).end())
  const now = () => 0
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const { client, budgets } = workshop(t, origin, { time: { now, sleep } })
  const ending = new AbortController()
  const waiting = client({ signal: ending.signal }).request({ url: origin })
  while (budgets.holds.length === 0) await new Promise(resolve => setTimeout(resolve, 5))
  await new Promise(resolve => setTimeout(resolve, 50))
  await t.rejects(client({ pauses: 'throw' }).request({ url: origin }), {
    code: 'HOST_ERR_SOURCE_THROTTLED',
    retryAfterMs: 30_000
  })
  ending.abort(new Error('stopped'))
  await t.rejects(waiting, { message: 'stopped' })
})

t.test('a storm of 429 ends after the last attempt', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(429).end())
  const { client, stats } = workshop(t, origin)
  await t.rejects(client({ attempts: 4 }).request({ url: origin }), { code: 'HOST_ERR_SOURCE_THROTTLED', status: 429 })
  t.match(stats, { requests: 4, throttled: 4 })
})

t.test('two hosts on one store keep one budget and one hold', async t => {
  const store = await openSqliteStore({ url: ':memory:' })
  t.teardown(() => store.close())
  let throttling = true
  const arrivals: number[] = []
  const origin = await serve(t, (_, reply) => {
    arrivals.push(performance.now())
    if (throttling) reply.writeHead(429, { 'retry-after': '1' }).end()
    else reply.end('[]')
    throttling = false
  })
  const held = Promise.withResolvers<void>()
  const throttled: typeof store.budgets.throttled = async (...how) => {
    await store.budgets.throttled(...how)
    held.resolve()
  }
  const budgets = { ...store.budgets, throttled }
  const hosts = [1, 2].map(() => createOutbound({ allow: parseOutboundAllow(origin), budgets }))
  t.teardown(() => Promise.all(hosts.map(host => host.close())))
  const request = (host: number) =>
    hosts[host]!.client({
      vendorHosts: [],
      account: 'vendor:account',
      rate: { requests: 600, perMs: 60_000, concurrency: 2 },
      signal: new AbortController().signal
    }).request({ url: origin })
  const first = request(0)
  await held.promise
  await Promise.all([first, request(1)])
  t.equal(arrivals.length, 3)
  t.ok(arrivals[1]! - arrivals[0]! >= 900, 'both waited')
})

t.test('a budget is never exceeded, and a short tick asks the store once', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const time = quickTime()
  const budgets = budgetsOn(time)
  const { client } = workshop(t, origin, { time, budgets })
  const rate = { requests: 600, perMs: 60_000, concurrency: 4 }
  for (let number = 0; number < 4; number++) await client({ rate }).request({ url: origin })
  t.equal(budgets.asked.length, 1)

  await Promise.all(Array.from({ length: 200 }, () => client({ rate }).request({ url: origin })))
  // 60 in the bucket, then ten a second.
  t.ok(time.now() >= 14_000, `${time.now()} ms for 204 requests`)
  t.ok(budgets.asked.every(({ want }) => want <= 20))
})

t.test('requests taken beforehand are given up after five seconds', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const { client, time, budgets } = workshop(t, origin)
  await client().request({ url: origin })
  time.pass(4_900)
  await client().request({ url: origin })
  t.equal(budgets.asked.length, 1)
  time.pass(200)
  await client().request({ url: origin })
  t.equal(budgets.asked.length, 2)
})

t.test('all clients of an account share its concurrency, first come, first served', async t => {
  let now = 0
  let most = 0
  // So many are answered together.
  let together = 1
  const waiting: (() => void)[] = []
  const order: string[] = []
  const origin = await serve(t, (request, reply) => {
    order.push(request.url!)
    most = Math.max(most, ++now)
    waiting.push(() => {
      now--
      reply.end('[]')
    })
    if (waiting.length >= together) for (const answer of waiting.splice(0)) setTimeout(answer, 5)
  })
  const { client } = workshop(t, origin)
  const rate = { ...generous, concurrency: 1 }
  const urls = Array.from({ length: 12 }, (_, number) => `/${number}`)
  await Promise.all(urls.map(path => client({ rate }).request({ url: origin + path })))
  t.equal(most, 1)
  t.strictSame(order, urls)

  most = 0
  together = 3
  await Promise.all(urls.map(path => client({ rate: { ...rate, concurrency: 3 } }).request({ url: origin + path })))
  t.equal(most, 3)
})

t.test('accounts do not wait for each other', async t => {
  const origin = await serve(t, (request, reply) => {
    if (request.url === '/ready') reply.end('[]')
  })
  const { client } = workshop(t, origin)
  const rate = { ...generous, concurrency: 1 }
  const ending = new AbortController()
  const stuck = client({ rate, account: 'a', signal: ending.signal }).request({ url: `${origin}/hangs` })
  t.equal((await client({ rate, account: 'b' }).request({ url: `${origin}/ready` })).status, 200)
  ending.abort(new Error('enough'))
  await t.rejects(stuck, { message: 'enough' })
})

t.test('a request that is aborted while it waits for its turn leaves the queue', async t => {
  const arrived = Promise.withResolvers<() => void>()
  const origin = await serve(t, (request, reply) => {
    if (request.url === '/first') arrived.resolve(() => reply.end('[]'))
    else reply.end('[]')
  })
  const { client, stats } = workshop(t, origin)
  const rate = { ...generous, concurrency: 1 }
  const ending = new AbortController()
  const first = client({ rate }).request({ url: `${origin}/first` })
  const second = client({ rate, signal: ending.signal }).request({ url: `${origin}/second` })
  const third = client({ rate }).request({ url: `${origin}/third` })
  ending.abort(new Error('stopped'))
  await t.rejects(second, { message: 'stopped' })
  const release = await arrived.promise
  release()
  await Promise.all([first, third])
  t.equal(stats.requests, 2)
})

t.test('a store that fails fails the requests that wait, and the next one asks again', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  let failing = true
  const budgets = budgetsOn(quickTime())
  const { client } = workshop(t, origin, {
    budgets: {
      ...budgets,
      async take(...asked) {
        if (failing) throw new Error('the store is away')
        return budgets.take(...asked)
      }
    }
  })
  await t.rejects(Promise.all([client().request({ url: origin }), client().request({ url: origin })]), {
    message: 'the store is away'
  })
  failing = false
  t.equal((await client().request({ url: origin })).status, 200)
})
