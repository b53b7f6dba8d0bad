import { openMongoStore } from '../../plugins/storage/mongodb/open.ts'
import type { Store } from '../../plugins/storage/port.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { type Ask, askAround, everyList, fillForLists } from '../../test/plugins/storage/every-list.ts'
import { openBenchDatabase } from '../bench-database.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { median, round, thousands } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const limitMs = 20

/** In ms. What a store in this process costs is its CPU, whoever else wants the cores. */
type Clock = () => number
const cpu: Clock = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
const wall: Clock = () => performance.now()
const pageSize = 50

interface ListCost {
  readonly name: string
  readonly ms: number
}

export default {
  name: 'lists',
  goal: `every list, filter and sort of the store at 100,000 rows: a page of ${pageSize} < ${limitMs} ms`,
  async run({ small, url, say }: FigureOptions): Promise<Measured> {
    const [rows, times] = small ? [3_000, 2] : [100_000, 15]
    await using folder = await makeWorkspace()
    const file = await openSqliteStore({ url: `file:${folder.path}/host.db` })
    const sqlite = await costOf(file, rows, times, cpu, line => say(`SQLite: ${line}`))
    await file.close()
    // A test server merges stretches of an index the slow way: fewer rows and times.
    const wire = url ? await costOverWire(url, small ? 1_000 : 20_000, 3, say) : []
    const [worst] = sqlite
    return {
      value: round(worst!.ms),
      shown: `${round(worst!.ms)} ms (${worst!.name})`,
      met: worst!.ms < limitMs,
      ceiling: null,
      details: {
        rows,
        lists: sqlite.length,
        medianMs: round(median(sqlite.map(({ ms }) => ms))),
        ...named('sqlite', sqlite),
        ...named('wire', wire)
      },
      note: `${thousands(rows)} clients, losses and things seen over three connections, ${thousands(rows / 50)} connections and ${thousands(Math.round(rows / 15))} runs; ${sqlite.length} combinations of list, filter and sort, each its first page, the next and, where the list goes both ways, back; the middle of ${times} times, by CPU; connections are ten times as many a page, each with its installations.`
    }
  }
}

/** The dearest first: a page, the middle of so many times. */
async function costOf(
  store: Store,
  rows: number,
  times: number,
  clock: Clock,
  say: (line: string) => void
): Promise<ListCost[]> {
  const filled = await fillForLists(store, rows)
  say(`${thousands(rows)} rows are there`)
  const costs: ListCost[] = []
  for (const [name, ask] of Object.entries(everyList(store, filled))) {
    costs.push({ name, ms: await timeOf(ask, times, clock) })
  }
  return costs.sort((a, b) => b.ms - a.ms)
}

async function timeOf(ask: Ask, times: number, clock: Clock): Promise<number> {
  await askAround(ask, pageSize)
  const measured: number[] = []
  for (let time = 0; time < times; time++) {
    const start = clock()
    const pages = await askAround(ask, pageSize)
    measured.push((clock() - start) / pages)
  }
  return median(measured)
}

async function costOverWire(
  server: string,
  rows: number,
  times: number,
  say: (line: string) => void
): Promise<ListCost[]> {
  await using database = await openBenchDatabase(server)
  const store = await openMongoStore({ url: database.url })
  try {
    return await costOf(store, rows, times, wall, line => say(`MongoDB: ${line}`))
  } finally {
    await store.close()
  }
}

/** The five dearest. */
function named(kind: string, costs: readonly ListCost[]): Record<string, string> {
  return Object.fromEntries(
    costs.slice(0, 5).map(({ name, ms }, place) => [`${kind}${place + 1}`, `${round(ms)} ms: ${name}`])
  )
}
