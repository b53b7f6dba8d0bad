import { type ChildProcess, fork } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { createKeyring } from '../../plugins/sealing/keyring.ts'
import { openMongoStore } from '../../plugins/storage/mongodb/open.ts'
import { openBenchDatabase } from '../bench-database.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { addIdleInstallations } from '../idle-connector.ts'
import { inPairs, type Sample } from '../pairs.ts'
import { round } from '../statistics.ts'
import { startVendor, type VendorProcess } from '../vendor-process.ts'
import { makeWorkspace } from '../workspace.ts'

const latencyMs = 50
const hourMs = 3600_000
/** Due times are known before they come: each host has looked once by then. */
const aheadMs = 3_000

export default {
  name: 'two-hosts',
  goal: 'two hosts ÷ one host, 200 installations due at once, vendor latency 50 ms ≥ 1.8',
  needsMongoDb: true as const,
  async run({ small, url }: FigureOptions): Promise<Measured> {
    const count = small ? 20 : 200
    await using vendor = await startVendor({ companies: 1, latencyMs })
    const { ours, bare, ratio } = await inPairs(
      small ? 1 : 3,
      () => runWith(vendor, url!, count, 2),
      () => runWith(vendor, url!, count, 1)
    )
    return {
      value: round(ratio),
      shown: `${round(ratio)} (${Math.round(ours.wallMs)} ms)`,
      met: ratio >= 1.8,
      ceiling: `one host ${Math.round(bare.wallMs)} ms`,
      details: { installations: count, twoHostsMs: ours.wallMs, oneHostMs: bare.wallMs, latencyMs },
      note: `Host processes of their own at the default 8 runs at once, each run two requests, all of them in the hosts’ second round; from its first run’s beginning to its last one’s end by their receipts. Store server, hosts and vendor share this machine’s cores.`
    }
  }
}

/** wallMs from the first run’s beginning to the last one’s end; the hosts’ CPU is not this process’s. */
async function runWith(vendor: VendorProcess, server: string, count: number, hosts: number): Promise<Sample> {
  await using database = await openBenchDatabase(server)
  await using folder = await makeWorkspace()
  const env = {
    ENCRYPTION_KEYS: `bench:${randomBytes(32).toString('base64')}`,
    AUTH_SECRET: randomBytes(32).toString('hex'),
    STORAGE_URL: database.url,
    DATA_DIR: folder.path,
    LOG_LEVEL: 'error',
    OUTBOUND_ALLOW: vendor.url
  }
  const store = await openMongoStore({ url: database.url })
  const children: ChildProcess[] = []
  try {
    const keyring = createKeyring(env.ENCRYPTION_KEYS)
    await addIdleInstallations({ store, keyring }, vendor.url, count, hourMs)
    const installations = database.db.collection('installations')
    const setDue = (at: Date) => installations.updateMany({}, { $set: { dueAt: at, claimAt: at } })
    await setDue(new Date(Date.now() + hourMs))
    for (let host = 0; host < hosts; host++) children.push(await startHost(env))
    const runs = database.db.collection<{ startedAt: string; endedAt: string | null }>('runs')
    const runAll = async (): Promise<number> => {
      const dueAt = new Date(Date.now() + aheadMs)
      await setDue(dueAt)
      // By this machine's clock, as the receipts are.
      const ofRound = { startedAt: { $gte: dueAt.toISOString() }, endedAt: { $ne: null } }
      while ((await runs.countDocuments(ofRound)) < count) await sleep(50)
      const ended = await runs.find(ofRound).toArray()
      const begun = Math.min(...ended.map(run => Date.parse(run.startedAt)))
      return Math.max(...ended.map(run => Date.parse(run.endedAt!))) - begun
    }
    // A host is new once in its life: the first round compiles, connects and loads.
    await runAll()
    return { wallMs: await runAll(), cpuMs: 0 }
  } finally {
    await Promise.all(children.map(endHost))
    await store.close()
  }
}

async function startHost(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = fork(new URL('../idle-host-child.ts', import.meta.url), { env: { PATH: process.env.PATH, ...env } })
  const failed = once(child, 'exit').then(([code]) => {
    throw new Error(`A host ended with code ${code}`)
  })
  failed.catch(() => {})
  await Promise.race([once(child, 'message'), failed])
  return child
}

async function endHost(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.disconnect()
  await ended
}
