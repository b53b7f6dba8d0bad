/** Answers just below every limit, each made to cost as much as it can: how long does one of them hold everything up? */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { parseOutboundAllow } from '../../plugins/outbound/allow.ts'
import { pageLimits } from '../../plugins/outbound/answers/limits.ts'
import { createOutbound } from '../../plugins/outbound/client.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import type { FigureOptions, Measured } from '../figure.ts'

/** `size`: a share of what is allowed. */
type Worst = (size: number) => string

const list = (one: (number: number) => string, count: number) =>
  `[${Array.from({ length: count }, (_, i) => one(i)).join()}]`
const key = (number: number) => number.toString(36)
const { values, bytes, record } = pageLimits

const worst: Readonly<Record<string, Worst>> = {
  'empty objects': size => list(() => '{}', (values / 2 - 1) * size),
  'objects without a common key': size => list(i => `{"${key(i)}":0}`, (values / 2 - 1) * size),
  'lists in lists': size => list(() => '['.repeat(60) + ']'.repeat(60), (values / 61 - 1) * size),
  'one object of many keys': size =>
    `{${Array.from({ length: (record.values - 2) * size }, (_, i) => `"${key(i)}":0`)}}`,
  'one record of many objects': size => `[{"list":${list(i => `{"${key(i)}":0}`, (record.values / 2 - 3) * size)}}]`,
  'keys that are looked at twice': size => list(i => `{"${key(i)}":{"\\u0063onstructor":0}}`, (values / 4 - 1) * size),
  'amounts to be kept as text': size => list(i => `{"cost":${i}.10}`, (values / 2 - 1) * size),
  'as many bytes as allowed': size => list(i => `{"id":${i},"note":"${'x'.repeat(2_000)}"}`, (bytes / 2_040) * size),
  'escapes alone': size => list(() => `"${'\\u00fc'.repeat(300)}"`, (bytes / 1_803) * size),
  'digits alone': size => list(() => '9'.repeat(64), Math.min(values - 2, bytes / 66) * size)
}

export default {
  name: 'answer-limits',
  goal: 'the worst answer within the limits holds the event loop < 200 ms',
  async run({ small, say }: FigureOptions): Promise<Measured> {
    const size = small ? 0.02 : 1
    const bodies = new Map<string, Buffer>()
    const server = createServer((request, reply) => {
      reply.setHeader('content-encoding', 'gzip').end(bodies.get(decodeURIComponent(request.url!.slice(1))))
    })
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const store = await openSqliteStore({ url: ':memory:' })
    const outbound = createOutbound({ allow: parseOutboundAllow(origin), budgets: store.budgets })
    const http = outbound.client({
      vendorHosts: [],
      account: 'bench',
      rate: { requests: 1_000_000, perMs: 1_000, concurrency: 4 },
      signal: new AbortController().signal
    })

    const held: Record<string, number> = {}
    for (const [name, make] of Object.entries(worst)) {
      bodies.set(name, await promisify(gzip)(make(size)))
      // Three times, as the garbage of one is collected while the next is parsed.
      for (let round = 0; round < 3; round++) {
        await new Promise(resolve => setTimeout(resolve, 100))
        const delay = monitorEventLoopDelay({ resolution: 1 })
        delay.enable()
        const { bytes } = await http.request({ url: `${origin}/${encodeURIComponent(name)}`, decimals: ['cost'] })
        // The pause under way is counted when it is over.
        await new Promise(resolve => setTimeout(resolve, 20))
        delay.disable()
        const ms = Math.round(delay.max / 1e5) / 10
        held[name] = Math.max(held[name] ?? 0, ms)
        say(`${name}: ${Math.round(bytes / 1024)} KiB, held for ${ms} ms`)
      }
      bodies.delete(name)
    }
    await outbound.close()
    await store.close()
    server.close()
    const longest = Math.max(...Object.values(held))
    return {
      value: longest,
      shown: `${Math.round(longest)} ms`,
      met: longest < 200,
      ceiling: null,
      details: held,
      note: 'Read, counted and parsed by the client that connectors call with; the longest pause of the event loop in three rounds of each of ten kinds of answer, garbage collection included.'
    }
  }
}
