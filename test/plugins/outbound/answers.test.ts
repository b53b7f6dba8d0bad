/** Answers that cost more than they weigh, sent over real sockets. */
import type { ServerResponse } from 'node:http'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { serve, workshop } from './workshop.ts'

const MiB = 1_048_576

/** How long a turn of the event loop takes at most, in CPU time: that the machine is busy otherwise does not count. */
function longestTurn(): () => Promise<number> {
  let longest = 0
  let last = process.threadCpuUsage()
  let over = false
  const turn = () => {
    const { user, system } = process.threadCpuUsage(last)
    last = process.threadCpuUsage()
    longest = Math.max(longest, (user + system) / 1000)
    if (!over) setImmediate(turn)
  }
  setImmediate(turn)
  return async () => {
    await pause(20)
    over = true
    return longest
  }
}

const gzipped = (text: string) => {
  const bytes = gzipSync(text)
  return (_: unknown, reply: ServerResponse) => reply.setHeader('content-encoding', 'gzip').end(bytes)
}

t.test('31 KB that unfold to ten million objects are refused before anything is parsed', async t => {
  const text = `[${'{},'.repeat(10_800_000)}{}]`
  t.ok(text.length < 33_554_432)
  const origin = await serve(t, gzipped(text))
  const { client, stats } = workshop(t, origin)
  const longest = longestTurn()
  const before = process.memoryUsage().rss
  await t.rejects(client().request({ url: origin }), {
    name: 'SourceUnreadable',
    kind: 'too-large',
    message: 'The vendor’s answer is too large: it holds more than 500000 values.'
  })
  const heldMs = await longest()
  t.equal(stats.requests, 1, 'it is not asked for again')
  // A fifth of it on a quiet machine: npm run bench -- answer-limits.
  t.ok(heldMs < 1_000, `the event loop was held for ${heldMs} ms`)
  t.ok(process.memoryUsage().rss - before < 100 * MiB)
})

t.test('depth, one record and the bytes of each request have limits that the failure names', async t => {
  for (const [text, request, words] of [
    ['['.repeat(20_000) + ']'.repeat(20_000), {}, 'it is nested deeper than 64 levels'],
    [`[{"id":1,"note":"${'x'.repeat(5 * MiB)}"}]`, {}, 'one record of it is longer than 4194304 bytes'],
    [`{"note":"${'x'.repeat(70_000)}"}`, { maxBytes: 65_536 }, 'it is longer than 65536 bytes'],
    [
      `[${`{"note":"${'x'.repeat(5_000)}"},`.repeat(7_000)}{}]`,
      { maxBytes: 100 * MiB },
      'it is longer than 33554432 bytes'
    ]
  ] as const) {
    const origin = await serve(t, gzipped(text))
    const { client } = workshop(t, origin)
    await t.rejects(client().request({ url: origin, ...request }), {
      kind: 'too-large',
      message: `The vendor’s answer is too large: ${words}.`
    })
  }
})

t.test('a refusal that is too large has no body, and is the refusal that it is', async t => {
  const origin = await serve(t, (_, reply) => reply.writeHead(403).end(`[${'{},'.repeat(300_000)}{}]`))
  const { client } = workshop(t, origin)
  t.match(await client().request({ url: origin }), { status: 403, body: undefined })
})

t.test('a number that cannot be used reaches nobody as a number', async t => {
  const origin = await serve(t, (_, reply) =>
    reply.end(`[{"id":1,"cost":1e99999999},{"id":${'9'.repeat(1_000_000)},"cost":1.10}]`)
  )
  const { client } = workshop(t, origin)
  const { body } = await client().request({ url: origin, decimals: ['cost'] })
  const words = '(a number that cannot be used)'
  t.same(body, [
    { id: 1, cost: words },
    { id: words, cost: '1.10' }
  ])
})

/** A page of `mebibytes`, sent in two halves; the second one when it is told to. */
async function halves(t: Test, mebibytes: number) {
  const half = `{"note":"${'x'.repeat(1_000)}"},`.repeat(Math.ceil((mebibytes * MiB) / 2 / 1_012))
  const arrived: string[] = []
  const goOn = new Map<string, () => void>()
  const origin = await serve(t, async (request, reply) => {
    arrived.push(request.url!)
    reply.write(`[${half}`)
    await new Promise<void>(resolve => goOn.set(request.url!, resolve))
    reply.end(`${half}{}]`)
  })
  return { origin, arrived, goOn }
}
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms))

t.test('an answer that finds the memory full is not read on, and its deadline stands still', async t => {
  const { origin, goOn } = await halves(t, 8)
  const { client } = workshop(t, origin, { memoryBytes: 9 * MiB })
  const ended: string[] = []
  async function ask(path: string, deadlineMs: number) {
    const asked = client({ account: path, deadlineMs, attempts: 1 })
      .request({ url: origin + path })
      .then(() => ended.push(path))
    while (!goOn.has(path)) await pause(5)
    await pause(300)
    return { asked }
  }
  // Five of nine MiB, and five of which one is the one that may go beyond.
  const before = [await ask('/first', 60_000), await ask('/second', 60_000)]
  const { asked } = await ask('/third', 4_000)
  goOn.get('/third')!()
  await pause(4_500)
  t.same(ended, [])
  goOn.get('/first')!()
  goOn.get('/second')!()
  await Promise.all([...before.map(one => one.asked), asked])
  t.equal(ended.length, 3)
})

t.test('the memory of an answer is free again after success, failure and abort', async t => {
  const { origin, goOn } = await halves(t, 8)
  const broken = await serve(t, (_, reply) => {
    reply.writeHead(200, { 'content-length': 20 * MiB })
    reply.write(`[${`{"note":"${'x'.repeat(1_000)}"},`.repeat(6_000)}`, () => reply.destroy())
  })
  // Whoever comes after one that has kept its place would wait for ever.
  const { client } = workshop(t, `${origin},${broken}`, { memoryBytes: MiB })
  for (let round = 0; round < 3; round++) {
    await t.rejects(client({ attempts: 1 }).request({ url: broken }), { name: 'SourceUnavailable' })
    const ending = new AbortController()
    const aborted = client({ signal: ending.signal }).request({ url: `${origin}/${round}` })
    while (!goOn.has(`/${round}`)) await pause(5)
    await pause(50)
    ending.abort(new Error('stopped'))
    await t.rejects(aborted, { message: 'stopped' })
  }
  const well = client().request({ url: `${origin}/well` })
  while (!goOn.has('/well')) await pause(5)
  goOn.get('/well')!()
  t.equal((await well).status, 200)
})

t.test('an answer that is aborted between two pieces of its parsing ends there', async t => {
  const origin = await serve(t, gzipped(`[${`{"note":"${'x'.repeat(1_000)}"},`.repeat(20_000)}{}]`))
  const ending = new AbortController()
  const { client } = workshop(t, origin)
  let pieces = 0
  const parse = JSON.parse
  JSON.parse = (text, reviver) => {
    if (++pieces === 2) ending.abort(new Error('stopped'))
    return parse(text, reviver)
  }
  t.teardown(() => {
    JSON.parse = parse
  })
  await t.rejects(client({ signal: ending.signal }).request({ url: origin }), { message: 'stopped' })
  t.equal(pieces, 2)
})
