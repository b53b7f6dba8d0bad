import { openMongoStore } from '../../plugins/storage/mongodb/open.ts'
import type { NewInstallation, Store } from '../../plugins/storage/port.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { openBenchDatabase } from '../bench-database.ts'
import { tenant } from '../bench-host.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { median, percentile, round, thousands } from '../statistics.ts'

const batch = 8
const ttlMs = 60_000
const everyMs = 15 * 60_000
/** Hosts that claim in the same instant: of 1,000 that look once a second, a look takes some milliseconds. */
const together = 16

/** In microseconds. What a store in memory costs is this process's CPU, whoever else wants the cores. */
type Clock = () => number
const cpu: Clock = () => {
  const { user, system } = process.cpuUsage()
  return user + system
}
const wall: Clock = () => performance.now() * 1000

interface ClaimCost {
  readonly installations: number
  /** A claim with its release, the middle of the owners: of CPU where the store is in this process, else of waiting. */
  readonly microsecondsEach: number
  /** Of those that were tried; a claim that another owner made first. */
  readonly lostShare: number
  readonly doubled: number
}

export default {
  name: 'claims',
  goal: '1,000 hosts claiming from one store: cost of a claim with the most installations ≤ 2 × with the fewest, none claimed twice',
  async run({ small, full, url, say }: FigureOptions): Promise<Measured> {
    const hosts = small ? 20 : 1_000
    const sizes = small ? [100, 1_000] : [10_000, 100_000, ...(full ? [1_000_000] : [])]
    const costs: ClaimCost[] = []
    for (const size of sizes) {
      const store = await openSqliteStore({ url: ':memory:' })
      costs.push(await claimFrom(store, hosts, size, cpu, () => 0))
      await store.close()
      say(`SQLite, ${thousands(size)}: ${round(costs.at(-1)!.microsecondsEach)} µs a claim`)
    }
    const overWire = url ? await claimOverWire(url, small, hosts, say) : null
    const all = [...costs, ...(overWire ? [overWire] : [])]
    const growth = costs.at(-1)!.microsecondsEach / costs[0]!.microsecondsEach
    const doubled = all.reduce((sum, cost) => sum + cost.doubled, 0)
    const named = costs.map(cost => `${thousands(cost.installations)}: ${round(cost.microsecondsEach)} µs`)
    return {
      value: round(growth),
      shown: `× ${round(growth)} (${named.join(', ')})`,
      met: growth <= 2 && doubled === 0,
      ceiling: null,
      details: {
        hosts,
        ...Object.fromEntries(costs.map(cost => [`sqlite${cost.installations}Us`, round(cost.microsecondsEach)])),
        ...(overWire && {
          wireInstallations: overWire.installations,
          wireUs: round(overWire.microsecondsEach),
          wireLostShare: round(overWire.lostShare)
        }),
        doubled
      },
      note: `${thousands(hosts)} owners claim ${batch} at a time in turn and release them due in 15 minutes; SQLite in memory; CPU of the middle of the owners.${overWire ? ` Over the MongoDB wire, ${thousands(overWire.installations)} installations all due, ${together} owners in the same instant: ${round(overWire.microsecondsEach)} µs a claim, ${round(overWire.lostShare * 100)} % of the tries lost to another owner.` : ''}`
    }
  }
}

async function claimOverWire(
  url: string,
  small: boolean,
  hosts: number,
  say: FigureOptions['say']
): Promise<ClaimCost> {
  await using database = await openBenchDatabase(url)
  let tries = 0
  const store = await openMongoStore({
    url: database.url,
    onCommand: ({ name, body }) => {
      if (name === 'findAndModify' && body.findAndModify === 'installations') tries++
    }
  })
  try {
    const cost = await claimFrom(store, Math.min(hosts, 128), small ? 200 : 4_000, wall, () => tries, together)
    say(`over the wire: ${round(cost.microsecondsEach)} µs a claim, ${round(cost.lostShare * 100)} % of tries lost`)
    return cost
  } finally {
    await store.close()
  }
}

/** Every owner claims and releases once. `tries`: how many claims were tried so far, if the store tells. */
async function claimFrom(
  store: Store,
  hosts: number,
  installations: number,
  clock: Clock,
  tries: () => number,
  atOnce = 1
): Promise<ClaimCost> {
  await insertDue(store, installations)
  const claimed = new Map<string, number>()
  const costs: number[] = []
  const before = tries()
  const claim = async (host: number) => {
    const start = clock()
    let count = 0
    for (const { lease, installation } of await store.leases.claimDue(`host-${host}`, batch, ttlMs)) {
      claimed.set(installation.id, (claimed.get(installation.id) ?? 0) + 1)
      await store.leases.tryRelease(lease, { dueInMs: everyMs, failures: 0 })
      count++
    }
    if (count > 0) costs.push((clock() - start) / count)
  }
  for (let first = 0; first < hosts; first += atOnce) {
    await Promise.all(Array.from({ length: Math.min(atOnce, hosts - first) }, (_, at) => claim(first + at)))
  }
  const tried = tries() - before
  return {
    installations,
    microsecondsEach: median(costs),
    lostShare: tried > 0 ? 1 - claimed.size / tried : 0,
    doubled: percentile([...claimed.values()], 1) > 1 ? 1 : 0
  }
}

async function insertDue(store: Store, count: number): Promise<void> {
  const createdAt = new Date().toISOString()
  const insert = (number: number) => {
    const suffix = String(number).padStart(20, '0')
    const installation: NewInstallation = {
      id: `ins_${suffix}`,
      tenant,
      connector: 'idle',
      connectionId: `con_${suffix}`,
      syncType: 'nothing-new',
      schedule: { everyMs, compareEveryMs: everyMs },
      settings: {},
      resolved: {},
      createdAt
    }
    return store.installations.tryInsert(installation)
  }
  for (let first = 0; first < count; first += 64) {
    await Promise.all(Array.from({ length: Math.min(64, count - first) }, (_, at) => insert(first + at)))
  }
}
