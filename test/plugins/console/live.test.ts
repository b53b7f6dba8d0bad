import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import Fastify from 'fastify'
import t, { type Test } from 'tap'
import { html } from '../../../plugins/console/html.ts'
import { createLive, type LiveLimits, type Watch } from '../../../plugins/console/live.ts'
import { buildConsoleHost } from './console-host.ts'

type State = Readonly<Record<string, string>>

interface Event {
  readonly event: string
  readonly data: string
}

/** A server of one stream over what the test says, and how often it was looked at. */
async function openStream(t: Test, limits: LiveLimits = {}, more: Partial<Watch<State>> = {}) {
  let state: State = { a: 'one', b: 'one' }
  let looks = 0
  let fails = false
  const live = createLive(limits)
  const app = Fastify()
  app.get('/live', (request, reply) =>
    live.stream<State>(request, reply, {
      key: 'same',
      everyMs: 10,
      look: async () => {
        looks++
        if (fails) throw new Error('the store is away')
        return state
      },
      parts: now => ({
        parts: Object.entries(now).map(([id, text]) => ({ id, html: html`<p id="${id}">${text}</p>` })),
        ended: now.a === 'over'
      }),
      isAllowed: async () => true,
      session: String((request.query as { session?: string }).session ?? 'one'),
      ...more
    })
  )
  app.addHook('preClose', async () => live.close())
  const answered: string[] = []
  let begun = 0
  app.addHook('onSend', async () => {
    begun++
  })
  app.addHook('onResponse', async ({ url }) => void answered.push(url))
  await app.listen({ host: '127.0.0.1', port: 0 })
  t.teardown(() => app.close())
  const { port } = app.server.address() as AddressInfo
  return {
    app,
    live,
    answered,
    url: `http://127.0.0.1:${port}/live`,
    set: (change: State) => {
      state = { ...state, ...change }
    },
    fail: () => {
      fails = true
    },
    looks: () => looks,
    /** Streams that have begun. */
    begun: () => begun
  }
}

/** Reads events until the stream ends or `enough`. */
async function* events(url: string, signal?: AbortSignal): AsyncGenerator<Event> {
  const answer = await fetch(url, signal ? { signal } : {})
  if (!answer.ok) throw new Error(String(answer.status))
  let text = ''
  for await (const chunk of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const whole = text.split('\n\n')
    text = whole.pop()!
    for (const one of whole) {
      const event = /^event: (.*)$/m.exec(one)?.[1]
      if (event) yield { event, data: /^data: (.*)$/m.exec(one)?.[1] ?? '' }
    }
  }
}

async function take(stream: AsyncGenerator<Event>, count: number): Promise<Event[]> {
  const taken: Event[] = []
  while (taken.length < count) {
    const { value, done } = await stream.next()
    if (done) break
    taken.push(value)
  }
  return taken
}

const idsOf = (found: readonly Event[]) => found.map(({ data }) => (data ? JSON.parse(data).id : null))

t.test('whoever connects gets every part whole, and then those that change', async t => {
  const { url, set } = await openStream(t)
  const stream = events(url)
  const first = await take(stream, 2)
  t.same(idsOf(first), ['a', 'b'])
  t.same(JSON.parse(first[0]!.data), { id: 'a', html: '<p id="a">one</p>' })
  await sleep(50)
  set({ b: 'two' })
  t.same(idsOf(await take(stream, 1)), ['b'])
  t.same(idsOf(await take(events(url), 2)), ['a', 'b'], 'again for one that comes later')
  await stream.return(undefined)
})

t.test('it ends when nothing will change any more', async t => {
  const { url, set } = await openStream(t)
  const stream = events(url)
  await take(stream, 2)
  set({ a: 'over' })
  const rest = await take(stream, 5)
  t.same(
    rest.map(({ event }) => event),
    ['part', 'end']
  )
})

t.test('all who watch the same are served by one loop, which ends with the last of them', async t => {
  const { promise: seen, resolve: see } = Promise.withResolvers<State>()
  let first = 0
  const look = async () => {
    first++
    return seen
  }
  const slow = await openStream(t, {}, { look })
  const waiting = Array.from({ length: 5 }, () => events(slow.url))
  const taken = Promise.all(waiting.map(stream => take(stream, 2)))
  while (slow.begun() < 5) await sleep(10)
  t.equal(first, 1, 'one look for five')
  see({ a: 'one', b: 'one' })
  for (const found of await taken) t.same(idsOf(found), ['a', 'b'])
  for (const stream of waiting) await stream.return(undefined)

  const { url, looks } = await openStream(t)
  const aborts = Array.from({ length: 5 }, () => new AbortController())
  const streams = aborts.map(({ signal }) => events(url, signal))
  await Promise.all(streams.map(stream => take(stream, 2)))
  for (const abort of aborts) abort.abort()
  let after: number
  let tries = 0
  do {
    after = looks()
    await sleep(200)
  } while (looks() - after > 1 && ++tries < 100)
  t.ok(looks() - after <= 1, 'nobody looks for nobody')
})

t.test('too many pages at once are told to come back, those of one session and those of all', async t => {
  const { url } = await openStream(t, { most: 3, mostOfSession: 2 })
  const aborts: AbortController[] = []
  const openOne = async (session: string) => {
    const abort = new AbortController()
    const answer = await fetch(`${url}?session=${session}`, { signal: abort.signal })
    if (answer.ok) aborts.push(abort)
    else await answer.text()
    return answer
  }
  t.equal((await openOne('a')).status, 200)
  t.equal((await openOne('a')).status, 200)
  const refused = await openOne('a')
  t.same([refused.status, refused.headers.get('retry-after')], [503, '5'])
  t.equal((await openOne('b')).status, 200)
  t.equal((await openOne('c')).status, 503)
  aborts[0]!.abort()
  let status: number
  let tries = 0
  do {
    await sleep(100)
    status = (await openOne('c')).status
  } while (status !== 200 && ++tries < 300)
  t.equal(status, 200, 'one that has left makes room')
  for (const abort of aborts) abort.abort()
})

t.test('a stream ends with its session', async t => {
  let allowed = true
  const { url } = await openStream(t, { commentMs: 30 }, { isAllowed: async () => allowed })
  const stream = events(url)
  await take(stream, 2)
  allowed = false
  t.same(await take(stream, 1), [])
})

t.test('what cannot be read ends the streams, so that pages ask again', async t => {
  const { url, fail } = await openStream(t)
  const stream = events(url)
  await take(stream, 2)
  fail()
  t.same(await take(stream, 1), [])
})

t.test('an open stream holds up no closing', async t => {
  const { url, app, answered } = await openStream(t)
  const stream = events(url)
  await take(stream, 2)
  t.same(answered, [], 'it is under way')
  // Nobody lets go of the stream: what has ended it is the closing, which waits for every answer.
  await app.close()
  t.same(answered, ['/live'])
  t.same(await take(stream, 1), [], 'whole, and not cut')
})

t.test('a page’s stream needs its session, and counts apart from requests under way', async t => {
  const { host, signIn, browser } = await buildConsoleHost(t)
  t.equal((await browser().get('/console/integrations/live')).status, 401)
  const clerk = await signIn(['clients:read'])
  t.equal((await clerk.get('/console/integrations/live')).status, 403)
  await host.listen({ host: '127.0.0.1', port: 0 })
  const { port } = host.server.address() as AddressInfo
  const alex = await signIn()
  const cookie = `__Host-console=${alex.cookies.get('__Host-console')}`
  const abort = new AbortController()
  const answer = await fetch(`http://127.0.0.1:${port}/console/integrations/live`, {
    headers: { cookie },
    signal: abort.signal
  })
  t.equal(answer.status, 200)
  t.match(answer.headers.get('content-type'), 'text/event-stream')
  t.equal(answer.headers.get('x-accel-buffering'), 'no')
  abort.abort()
})
