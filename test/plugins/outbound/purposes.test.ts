import t from 'tap'
import { parseOutboundAllow } from '../../../plugins/outbound/allow.ts'
import { createOutbound } from '../../../plugins/outbound/client.ts'
import { type Purpose, shareUsed } from '../../../plugins/outbound/purposes.ts'
import { budgetsOn, quickTime, serve, workshop } from './workshop.ts'

/** Ten a second, sixty after a rest. */
const rate = { requests: 600, perMs: 60_000, concurrency: 4 } as const
const settled = () => new Promise(resolve => setTimeout(resolve, 20))

t.test(
  'a first sync takes half of what the account bears, a compare and a second look a quarter, a poll what it needs',
  async t => {
    const origin = await serve(t, (_, reply) => reply.end('[]'))
    for (const [purpose, atOnce, perSecond] of [
      ['person', 60, 10],
      ['poll', 45, 10],
      ['first', 30, 5],
      ['compare', 15, 2.5],
      ['look', 15, 2.5]
    ] as const) {
      const { client, time } = workshop(t, origin)
      const http = client({ purpose, rate })
      for (let number = 0; number < atOnce; number++) await http.request({ url: origin })
      t.equal(time.now(), 0, `${purpose}: ${atOnce} at once`)
      for (let number = 0; number < 40; number++) await http.request({ url: origin })
      const expected = 40_000 / perSecond
      t.ok(Math.abs(time.now() - expected) < 1_500, `${purpose}: forty more in ${time.now()} ms`)
    }
  }
)

t.test('two hosts that read everything for the first time take half together', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  const time = quickTime()
  const budgets = budgetsOn(time)
  const allow = parseOutboundAllow(origin)
  const hosts = [1, 2].map(() => createOutbound({ allow, budgets, time }))
  t.teardown(() => Promise.all(hosts.map(host => host.close())))
  const options = {
    vendorHosts: [],
    account: 'a',
    rate,
    purpose: 'first',
    signal: new AbortController().signal
  } as const
  const clients = hosts.map(host => host.client(options))
  await Promise.all(clients.flatMap(http => Array.from({ length: 65 }, () => http.request({ url: origin }))))
  t.ok(time.now() >= 18_000, `${time.now()} ms for 30 and 100 at five a second`)
})

t.test('a person gets through while a sync has used up its share and waits', async t => {
  const origin = await serve(t, (_, reply) => reply.end('[]'))
  // Six an hour after a rest of ten hours: what a person does not get now comes in ten minutes.
  const slow = { requests: 600, perMs: 3_600_000, concurrency: 4 }
  const now = { ms: 0 }
  const sleep = (_: number, signal?: AbortSignal) =>
    new Promise<void>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)))
  const time = { now: () => now.ms, sleep }
  const { client } = workshop(t, origin, { time, budgets: budgetsOn(time) })
  const ending = new AbortController()
  let answered = 0
  const syncs = (['poll', 'first', 'compare'] as Purpose[]).map(purpose =>
    Promise.all(
      Array.from({ length: 80 }, () =>
        client({ purpose, rate: slow, signal: ending.signal, maxPauseMs: 3_600_000 })
          .request({ url: origin })
          .then(() => answered++)
      )
    )
  )
  while (answered < 45) await settled()
  for (let look = 0; look < 5; look++) await settled()
  t.equal(answered, 45, 'a quarter is left')
  const person = client({ purpose: 'person', pauses: 'throw', rate: slow })
  for (let number = 0; number < 15; number++) t.equal((await person.request({ url: origin })).status, 200)
  await t.rejects(person.request({ url: origin }), { code: 'HOST_ERR_SOURCE_THROTTLED' })
  ending.abort(new Error('enough'))
  for (const sync of syncs) await t.rejects(sync, { message: 'enough' })
})

t.test('a person has a place while everything under way hangs, and goes before those that wait', async t => {
  const order: string[] = []
  const origin = await serve(t, (request, reply) => {
    order.push(request.url!)
    if (!request.url!.startsWith('/hangs')) reply.end('[]')
  })
  const { client } = workshop(t, origin)
  const ending = new AbortController()
  const waiting = (purpose: Purpose, path: string) =>
    client({ purpose, rate, signal: ending.signal }).request({ url: origin + path })
  const hanging = Array.from({ length: 4 }, () => waiting('first', '/hangs'))
  while (order.length < 4) await settled()
  const first = waiting('first', '/first')
  const poll = waiting('poll', '/poll')
  t.equal((await client({ purpose: 'person', rate }).request({ url: `${origin}/person` })).status, 200)
  t.strictSame(order.slice(4), ['/person'])
  ending.abort(new Error('enough'))
  for (const one of [...hanging, first, poll]) await t.rejects(one, { message: 'enough' })
})

t.test('of those that wait polls go before syncs that read everything', async t => {
  const order: string[] = []
  const release = Promise.withResolvers<void>()
  const origin = await serve(t, async (request, reply) => {
    order.push(request.url!)
    await release.promise
    reply.end('[]')
  })
  const { client } = workshop(t, origin)
  const one = { ...rate, concurrency: 1 }
  const ask = (purpose: Purpose, path: string) => client({ purpose, rate: one }).request({ url: origin + path })
  const asked = [ask('first', '/1')]
  while (order.length === 0) await settled()
  asked.push(ask('first', '/4'), ask('compare', '/5'), ask('poll', '/2'), ask('poll', '/3'))
  release.resolve()
  await Promise.all(asked)
  t.strictSame(order, ['/1', '/2', '/3', '/4', '/5'])
})

t.test('after a 429 everything goes on at half the pace, and is back within minutes', async t => {
  let throttling = true
  const origin = await serve(t, (_, reply) => {
    if (throttling) reply.writeHead(429, { 'retry-after': '1' })
    throttling = false
    reply.end('[]')
  })
  const { client, time } = workshop(t, origin)
  const http = client({ purpose: 'person', rate })
  const spend = async (count: number) => {
    const before = time.now()
    for (let number = 0; number < count; number++) await http.request({ url: origin })
    return time.now() - before
  }
  await spend(60)
  const slow = await spend(20)
  t.ok(slow > 3_000 && slow < 4_500, `twenty in ${slow} ms at about five a second`)
  time.pass(600_000)
  await spend(60)
  const full = await spend(20)
  t.ok(full > 1_500 && full < 2_500, `twenty in ${full} ms at ten a second`)
})

t.test('the share of the account’s rate that a run has used is told for its receipt', async t => {
  t.equal(shareUsed(300, rate, 60_000), 0.5)
  t.equal(shareUsed(4, rate, 0), 4)
})
