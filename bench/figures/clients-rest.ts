import { randomBytes } from 'node:crypto'
import { readConfig } from '../../plugins/config/env.ts'
import { signToken } from '../../plugins/http/token.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { tenant } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { startHostProcess } from '../host-process.ts'
import { writeManyClients } from '../many-clients.ts'
import { type Load, sendOpenLoop } from '../open-loop.ts'
import { percentile, round, thousands } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const perSecond = 100
const limitMs = 10
const pageSize = 50

export default {
  name: 'clients-rest',
  goal: `GET /v1/clients page, search and one client at 1,000,000 clients, ${perSecond} requests/s open loop: p99 < ${limitMs} ms`,
  async run({ small, say }: FigureOptions): Promise<Measured> {
    const [count, seconds, warmUpSeconds] = small ? [10_000, 1, 1] : [1_000_000, 20, 5]
    await using folder = await makeWorkspace()
    const store = await openSqliteStore({ url: `file:${folder.path}/host.db` })
    const start = performance.now()
    const ids = await writeManyClients(store, count)
    await store.close()
    say(`${thousands(count)} clients written in ${round((performance.now() - start) / 1000)} s`)

    const env = { DATA_DIR: folder.path, AUTH_SECRET: randomBytes(32).toString('hex') }
    const config = { ...(await readConfig(env)), authSecret: env.AUTH_SECRET }
    const token = await signToken(config, { sub: 'bench', tenant, permissions: ['clients:read'], expires: '1h' })
    const headers = { authorization: `Bearer ${token}` }
    await using host = await startHostProcess(env)

    const pages = await walkPages(host.url, headers, small ? 5 : 100)
    const searches = await wordsIn(host.url, headers)
    const clients = ids.map(id => `/v1/clients/${id}`)
    const loads: Record<string, Load> = {}
    for (const [kind, paths] of Object.entries({ page: pages, search: searches, client: clients })) {
      const load = await sendOpenLoop({ origin: host.url, headers, perSecond, seconds, warmUpSeconds, paths })
      say(`${kind}: p99 ${round(percentile(load.latencies, 0.99))} ms`)
      loads[kind] = load
    }
    const p99 = Object.fromEntries(
      Object.entries(loads).map(([kind, { latencies }]) => [kind, round(percentile(latencies, 0.99))])
    )
    const failed = Object.values(loads).reduce((sum, load) => sum + load.failed, 0)
    const worst = Math.max(...Object.values(p99))
    return {
      value: worst,
      shown: Object.entries(p99)
        .map(([kind, ms]) => `${kind} ${ms} ms`)
        .join(', '),
      met: worst < limitMs && failed === 0,
      ceiling: null,
      details: {
        clients: count,
        perSecond,
        failed,
        ...Object.fromEntries(Object.entries(p99).map(([kind, ms]) => [`${kind}P99Ms`, ms])),
        ...Object.fromEntries(
          Object.entries(loads).map(([kind, { latencies }]) => [`${kind}MedianMs`, round(percentile(latencies, 0.5))])
        )
      },
      note: `${thousands(count)} clients in SQLite, a host process of its own and another that asks, ${seconds} s of each kind after ${warmUpSeconds} s to warm up, counted from when a request was due; pages of ${pageSize} by cursor over the first ${pages.length}, searches by ${searches.length} different beginnings of words, clients by id over all.`
    }
  }
}

async function walkPages(origin: string, headers: Record<string, string>, count: number): Promise<string[]> {
  const paths = [`/v1/clients?limit=${pageSize}`]
  while (paths.length < count) {
    const answer = await fetch(origin + paths.at(-1)!, { headers })
    if (!answer.ok) throw new Error(`${paths.at(-1)}: ${answer.status} ${await answer.text()}`)
    const { nextCursor } = (await answer.json()) as { nextCursor: string | null }
    if (nextCursor === null) break
    paths.push(`/v1/clients?limit=${pageSize}&cursor=${encodeURIComponent(nextCursor)}`)
  }
  return paths
}

/** Frequent words and rare ones, first words and later ones, alone and two together, as people type them. */
async function wordsIn(origin: string, headers: Record<string, string>): Promise<string[]> {
  const answer = await fetch(`${origin}/v1/clients?limit=200`, { headers })
  const { items } = (await answer.json()) as { items: { name: string }[] }
  const names = items.filter((_, index) => index % 10 === 0).map(({ name }) => name.split(' '))
  const searches = names.flatMap(words => [
    words[0]!.slice(0, 3),
    words[0]!,
    words.at(-1)!,
    `${words[0]} ${words.at(-1)}`
  ])
  return [...new Set(searches)].map(text => `/v1/clients?limit=${pageSize}&search=${encodeURIComponent(text)}`)
}
