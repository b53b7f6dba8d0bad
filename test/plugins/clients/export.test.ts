/** Clients as a file, over real sockets: all of it, safe, and never more of it at once than somebody takes. */
import { once } from 'node:events'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import type { ClientRecord, Lease, Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { buildTestHost } from '../../build-test-host.ts'
import { at, connectionOf, leased, profileOf, put, recordOf } from '../../conformance/storage/fixtures.ts'
import { freshUrl, needsStore } from '../storage/mongodb/database.ts'

interface Scene {
  readonly url: string
  readonly headers: { authorization: string }
  readonly lease: Lease
  readonly store: Store
  /** Pages of clients that the store was asked for. */
  readonly asked: () => number
  readonly lines: (query?: string) => Promise<string[]>
}

async function open(t: Test, store: Store, records: (lease: Lease) => ClientRecord[]): Promise<Scene> {
  const connection = connectionOf({ account: { id: 'a1', name: 'Account =One' } })
  await store.connections.tryInsert(connection)
  const lease = await leased(store, { connectionId: connection.id })
  const all = records(lease)
  for (let from = 0; from < all.length; from += 500) await put(store, lease, all.slice(from, from + 500))
  let asked = 0
  const { list } = store.clients
  const clients = {
    ...store.clients,
    list: (...values: Parameters<typeof list>) => {
      asked++
      return list(...values)
    }
  }
  const { host, as } = await buildTestHost(t, { store: { ...store, clients }, now: () => new Date(at(0)) })
  const url = await host.listen({ host: '127.0.0.1', port: 0 })
  const headers = await as('acme', ['clients:read'])
  return {
    url,
    headers,
    lease,
    store,
    asked: () => asked,
    async lines(query = '') {
      const answer = await fetch(`${url}/v1/clients.csv${query}`, { headers })
      const bytes = Buffer.from(await answer.arrayBuffer())
      t.same([...bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf], 'it begins with the mark of UTF-8')
      t.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
      t.equal(answer.headers.get('content-disposition'), 'attachment; filename="clients-2026-01-01.csv"')
      const lines = bytes.toString().slice(1).split('\r\n')
      t.equal(lines.pop(), '', 'the last line ends too')
      return lines
    }
  }
}

const memory = () => openSqliteStore({ url: ':memory:' })

for (const [kind, options, openStore] of [
  ['SQLite', {}, memory],
  [
    'MongoDB',
    needsStore,
    async (t: Test) => {
      const { openMongoStore } = await import('../../../plugins/storage/mongodb/open.ts')
      return openMongoStore({ url: freshUrl(t) })
    }
  ]
] as const) {
  t.test(`over ${kind}, every client stands in the file once, with what is known of it`, options, async t => {
    const { lines, lease, asked } = await open(t, await openStore(t), lease => [
      recordOf(lease, '0', {
        profile: { ...profileOf('=HYPERLINK("x")'), websites: ['https://a.example', 'https://b.example'] }
      }),
      ...Array.from({ length: 450 }, (_, i) =>
        recordOf(lease, String(i + 1), { status: i % 9 === 0 ? 'gone' : 'active', profile: profileOf(`Näme ${i}`) })
      )
    ])
    const [head, ...rows] = await lines()
    t.match(head, /^Name,Status,/)
    t.equal(rows.length, 451)
    t.equal(new Set(rows).size, 451)
    t.ok(asked() >= 3, 'page by page')
    const formula = rows.find(row => row.includes('HYPERLINK'))!
    t.match(formula, `"'=HYPERLINK(""x"")",active,,${at()},Main Street 1,,Tampa,FL,33602,,info@example.com,,5550100,,,`)
    t.match(formula, `"https://a.example, https://b.example",0,example,Account =One,0,cli_${lease.connectionId}_0,`)
    t.ok(rows.some(row => row.startsWith('Näme 7,')))

    t.equal((await lines('?status=gone')).length, 51)
    t.same(
      (await lines('?search=n%C3%A4me+7')).slice(1, 3).map(row => row.split(',')[0]),
      ['Näme 7', 'Näme 70']
    )
    t.match((await lines('?order=-name'))[1], /^Näme 99,/)
    t.equal((await lines('?connectionId=con_none')).length, 1, 'a head alone')
  })
}

/** Far more than the buffers of two sockets hold. */
const large = (lease: Lease) =>
  Array.from({ length: 4000 }, (_, i) => {
    const profile = profileOf(`Client ${i}`)
    return recordOf(lease, String(i), {
      profile: { ...profile, address: { ...profile.address!, line2: 'x'.repeat(10_000) } }
    })
  })

t.test('no more is read than somebody takes, and all of it when they do', async t => {
  const { url, headers, asked } = await open(t, await memory(), large)
  const asking = request(`${url}/v1/clients.csv`, { headers }).end()
  const [answer] = await once(asking, 'response')
  answer.pause()
  let before = -1
  while (before !== asked()) {
    before = asked()
    await sleep(200)
  }
  t.ok(before < 15, `${before} of 20 pages were read for somebody who takes nothing`)
  let bytes = 0
  let rows = 0
  for await (const chunk of answer) {
    bytes += chunk.length
    rows += chunk.toString('latin1').split('\r\n').length - 1
  }
  t.ok(bytes > 40_000_000)
  t.ok(Math.abs(rows - 4001) < 5, 'a line may be cut at its end')
  t.ok(asked() >= 20)
})

t.test('a caller who hangs up ends it, and has his place again', async t => {
  const { url, headers, asked } = await open(t, await memory(), large)
  const asking = request(`${url}/v1/clients.csv`, { headers }).end()
  const [answer] = await once(asking, 'response')
  await once(answer, 'readable')
  asking.destroy()
  let before = -1
  while (before !== asked()) {
    before = asked()
    await sleep(300)
  }
  t.ok(before < 20, `${before} of 20 pages`)
})

t.test('what is refused is told before the file begins', async t => {
  const { url, headers, store } = await open(t, await memory(), lease => [recordOf(lease, '1')])
  const ask = async (query: string, given: Record<string, string> = headers) => {
    const answer = await fetch(`${url}/v1/clients.csv${query}`, { headers: given })
    return { status: answer.status, type: answer.headers.get('content-type')?.split(';')[0], text: await answer.text() }
  }
  const problem = 'application/problem+json'
  t.match(await ask('?order=size'), { status: 400, type: problem })
  t.match(await ask('?order=changed&search=a'), { status: 400, type: problem, text: '/order' })
  t.match(await ask('?limit=5'), { status: 400, type: problem, text: '/limit' })
  t.match(await ask('', {}), { status: 401, type: problem })
  const head = await fetch(`${url}/v1/clients.csv`, { headers, method: 'HEAD' })
  t.equal(head.status, 405, 'whoever asks for the head alone would make it read everything')
  await store.close()
  t.match(await ask(''), { status: 503, type: problem })
})
