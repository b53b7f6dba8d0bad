import t from 'tap'
import { noOutboundEvents } from '../../../plugins/outbound/events.ts'
import { generous, quickTime, serve, workshop } from './workshop.ts'

const rate = { ...generous, concurrency: 2 }
const leftAlone = { code: 'HOST_ERR_SOURCE_UNAVAILABLE', message: /left alone/ }

/** Hangs, fails or answers as it is told. */
async function moody(t: Parameters<typeof serve>[0]) {
  const mood = { now: 'hangs' as 'hangs' | 'fails' | 'well', asked: 0 }
  const origin = await serve(t, (_, reply) => {
    mood.asked++
    if (mood.now === 'well') reply.end('[]')
    else if (mood.now === 'fails') reply.writeHead(503).end()
  })
  const told: boolean[] = []
  const events = { ...noOutboundEvents, leftAlone: (_: string, alone: boolean) => told.push(alone) }
  const time = quickTime()
  const shop = workshop(t, origin, { time, events })
  return {
    ...shop,
    origin,
    mood,
    told,
    time,
    /** Who hangs is not waited for long, whoever answers has all the time. */
    ask: (over = {}) => {
      const deadlineMs = mood.now === 'hangs' ? 150 : 20_000
      return shop.client({ rate, deadlineMs, attempts: 1, ...over }).request({ url: origin })
    }
  }
}

t.test('an account that hangs is left alone after a few attempts, and tried once a minute', async t => {
  const { ask, mood, told, time } = await moody(t)
  for (let attempt = 0; attempt < 5; attempt++) await t.rejects(ask(), { message: /not answered completely/ })
  t.strictSame(told, [true])

  const failure = await t.rejects(ask(), leftAlone)
  t.equal((failure as any).retryAfterMs, 60_000)
  time.pass(59_000)
  await t.rejects(ask(), leftAlone)
  t.ok(mood.asked <= 5, 'nothing is sent')

  time.pass(1_000)
  const tries = await Promise.allSettled([ask(), ask(), ask()])
  t.strictSame(
    tries.map(one => (one as PromiseRejectedResult).reason.message.includes('left alone')),
    [false, true, true],
    'one tries it'
  )
  t.ok(mood.asked <= 6)
  await t.rejects(ask({ attempts: 3 }), leftAlone, 'and it is left alone again')

  time.pass(60_000)
  mood.now = 'well'
  t.equal((await ask()).status, 200)
  t.equal((await ask()).status, 200)
  t.strictSame(told, [true, false])
})

t.test('requests that wait for a place in vain are told at once', async t => {
  const { ask } = await moody(t)
  const began = performance.now()
  const asked = await Promise.allSettled(Array.from({ length: 40 }, () => ask({ deadlineMs: 500 })))
  const alone = asked.filter(one => (one as PromiseRejectedResult).reason.message.includes('left alone'))
  t.ok(alone.length >= 34, `${alone.length} of 40`)
  t.ok(performance.now() - began < 8_000, 'two after two of them would take ten seconds')
})

t.test('a trial that is aborted leaves the next one free to try', async t => {
  const { ask, mood, time } = await moody(t)
  for (let attempt = 0; attempt < 5; attempt++) await t.rejects(ask())
  time.pass(60_000)
  // What was given up may still come to the server.
  await new Promise(resolve => setTimeout(resolve, 50))
  const before = mood.asked
  const ending = new AbortController()
  const trial = ask({ signal: ending.signal, deadlineMs: 60_000 })
  while (mood.asked === before) await new Promise(resolve => setTimeout(resolve, 5))
  ending.abort(new Error('stopped'))
  await t.rejects(trial, { message: 'stopped' })
  mood.now = 'well'
  t.equal((await ask()).status, 200)
})

t.test('a storm of faults is asked no more than once a minute, and is over with the first answer', async t => {
  const { ask, mood, time, told } = await moody(t)
  mood.now = 'fails'
  for (let run = 0; run < 5; run++) await t.rejects(ask({ attempts: 3 }), { name: 'SourceUnavailable', status: 503 })
  const before = mood.asked
  t.equal(before, 15)
  for (let minute = 0; minute < 30; minute++) {
    for (let run = 0; run < 6; run++) {
      await t.rejects(ask({ attempts: 3 }))
      time.pass(10_000)
    }
  }
  t.ok(mood.asked - before <= 30, `${mood.asked - before} in half an hour`)
  mood.now = 'well'
  time.pass(60_000)
  t.equal((await ask()).status, 200)
  t.strictSame(told, [true, false])
})

t.test('pages that cannot be had do not count while others can', async t => {
  const origin = await serve(t, (request, reply) => {
    if (request.url === '/large') reply.writeHead(504).end()
    else reply.end('[]')
  })
  const { client } = workshop(t, origin)
  const http = client({ rate, attempts: 2 })
  for (let page = 0; page < 20; page++) {
    const both = [http.request({ url: `${origin}/large` }), http.request({ url: `${origin}/large` })]
    for (const one of both) await t.rejects(one, { name: 'SourceUnavailable', status: 504 })
    t.equal((await http.request({ url: `${origin}/small` })).status, 200)
  }
})

t.test('a refusal is an answer, and so is a 429', async t => {
  let asked = 0
  const origin = await serve(t, (_, reply) => reply.writeHead(++asked % 2 ? 401 : 429).end('{}'))
  const http = workshop(t, origin).client({ rate, attempts: 1 })
  for (let number = 0; number < 10; number++) {
    t.equal((await http.request({ url: origin })).status, 401)
    await t.rejects(http.request({ url: origin }), { code: 'HOST_ERR_SOURCE_THROTTLED' })
  }
})

t.test('a person may always try, and what people try does not count', async t => {
  const { ask, mood, told } = await moody(t)
  const person = { purpose: 'person', pauses: 'throw' }
  for (let attempt = 0; attempt < 12; attempt++) await t.rejects(ask(person), { message: /not answered completely/ })
  t.strictSame(told, [])
  for (let attempt = 0; attempt < 5; attempt++) await t.rejects(ask())
  t.strictSame(told, [true])
  mood.now = 'well'
  t.equal((await ask(person)).status, 200)
  t.equal((await ask()).status, 200, 'whose answer tells that the account is back')
  t.strictSame(told, [true, false])
})

t.test('other accounts go on', async t => {
  const { ask, mood } = await moody(t)
  for (let attempt = 0; attempt < 5; attempt++) await t.rejects(ask())
  mood.now = 'well'
  await t.rejects(ask(), leftAlone)
  t.equal((await ask({ account: 'another' })).status, 200)
})
