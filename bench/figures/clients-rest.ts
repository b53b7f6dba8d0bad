import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { readConfig } from '../../plugins/config/env.ts'
import { signToken } from '../../plugins/http/token.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { tenant } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { type HostProcess, startHostProcess } from '../host-process.ts'
import { writeManyClients } from '../many-clients.ts'
import { type Load, sendOpenLoop } from '../open-loop.ts'
import { percentile, round, thousands } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const perSecond = 100
const limitMs = 10
const pageSize = 50

export default {
  name: 'clients-rest',
  goal: `GET /v1/clients page (on, back, by change, with its total), search and one client at 1,000,000 clients, ${perSecond} requests/s open loop: p99 < ${limitMs} ms`,
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

    const { pages, back } = await walkPages(host.url, headers, small ? 5 : 100)
    const changed = await walkPages(host.url, headers, small ? 5 : 100, '&order=-changed')
    const totals = pages.map(path => `${path}&total=true`)
    const searches = await wordsIn(host.url, headers)
    const clients = ids.map(id => `/v1/clients/${id}`)
    const loads: Record<string, Load> = {}
    for (const [kind, paths] of Object.entries({
      ...{ page: pages, back, changed: changed.pages, total: totals },
      ...{ search: searches, client: clients }
    })) {
      const load = await sendOpenLoop({ origin: host.url, headers, perSecond, seconds, warmUpSeconds, paths })
      say(`${kind}: p99 ${round(percentile(load.latencies, 0.99))} ms`)
      loads[kind] = load
    }
    const file = await readFileOf(host, headers)
    say(`clients.csv: ${thousands(file.rows)} rows in ${file.seconds} s, ${file.grownMb} MB more at most`)
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
        ...{ csvRows: file.rows, csvSeconds: file.seconds, csvMb: file.mb, csvGrownMb: file.grownMb },
        ...Object.fromEntries(Object.entries(p99).map(([kind, ms]) => [`${kind}P99Ms`, ms])),
        ...Object.fromEntries(
          Object.entries(loads).map(([kind, { latencies }]) => [`${kind}MedianMs`, round(percentile(latencies, 0.5))])
        )
      },
      note: `${thousands(count)} clients in SQLite, a host process of its own and another that asks, ${seconds} s of each kind after ${warmUpSeconds} s to warm up, counted from when a request was due; pages of ${pageSize} by cursor over the first ${pages.length}, the same backwards, by change and with their total, searches by ${searches.length} different beginnings of words, clients by id over all.`
    }
  }
}

/** The first pages of a list, and the ways back from each. */
async function walkPages(
  origin: string,
  headers: Record<string, string>,
  count: number,
  order = ''
): Promise<{ pages: string[]; back: string[] }> {
  const list = `/v1/clients?limit=${pageSize}${order}`
  const pages = [list]
  const back: string[] = []
  while (pages.length < count) {
    const answer = await fetch(origin + pages.at(-1)!, { headers })
    if (!answer.ok) throw new Error(`${pages.at(-1)}: ${answer.status} ${await answer.text()}`)
    const { nextCursor, previousCursor } = (await answer.json()) as Record<string, string | null>
    if (previousCursor) back.push(`${list}&before=${encodeURIComponent(previousCursor)}`)
    if (!nextCursor) break
    pages.push(`${list}&cursor=${encodeURIComponent(nextCursor)}`)
  }
  return { pages, back }
}

/** All clients as a file, and how much larger the host was meanwhile than before. */
async function readFileOf(
  { url, pid }: HostProcess,
  headers: Record<string, string>
): Promise<{ rows: number; seconds: number; mb: number; grownMb: number }> {
  const before = await residentMb(pid)
  const start = performance.now()
  const answer = await fetch(`${url}/v1/clients.csv`, { headers })
  if (!answer.ok || !answer.body) throw new Error(`clients.csv: ${answer.status}`)
  let [bytes, rows, most, asked] = [0, -1, before, 0]
  for await (const chunk of answer.body) {
    bytes += chunk.length
    for (const byte of chunk) if (byte === 10) rows++
    if (bytes < asked) continue
    asked = bytes + 4_000_000
    most = Math.max(most, await residentMb(pid))
  }
  const seconds = round((performance.now() - start) / 1000)
  return { rows, seconds, mb: round(bytes / 1e6), grownMb: round(most - before) }
}

/** What of a process is in memory; 0 where the system does not say. */
async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '')
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1024
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
