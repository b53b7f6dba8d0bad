import { setTimeout as sleep } from 'node:timers/promises'
import { buildHost } from '../../host.ts'
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { tenant } from '../bench-host.ts'
import { withClaimLog } from '../claim-log.ts'
import { startDouble } from '../double-process.ts'
import type { FigureOptions, Measured } from '../figure.ts'
import { addMixedInstallations } from '../mixed-installations.ts'
import { timed } from '../pairs.ts'
import { percentile, round, thousands } from '../statistics.ts'
import { makeWorkspace } from '../workspace.ts'

const latencyMs = 50

export default {
  name: 'ten-thousand-installations',
  goal: '10,000 installations of mixed vendors on one process, each due every 15 minutes: p99 start lag < 1 s, < 1 core',
  async run({ small, say }: FigureOptions): Promise<Measured> {
    const [count, watchedMs] = small ? [60, 3_000] : [10_000, 90_000]
    const everyMs = small ? 20_000 : 15 * 60_000
    await using connectwise = await startDouble('connectwise', { companies: 2, latencyMs })
    await using autotask = await startDouble('autotask', { companies: 2, latencyMs })
    const doubles = [connectwise, autotask]
    await using folder = await makeWorkspace()
    const { store, log } = withClaimLog(await openSqliteStore({ url: `file:${folder.path}/host.db` }))
    const host = await buildHost({
      store,
      env: {
        DATA_DIR: folder.path,
        LOG_LEVEL: 'error',
        OUTBOUND_ALLOW: doubles.map(({ url }) => url).join(),
        SYNC_CONCURRENCY: '64'
      }
    })
    try {
      // Due at once, all of them: the backlog that a host finds after it was away.
      const started = performance.now()
      const ids = await addMixedInstallations(host, doubles, count, everyMs)
      host.dispatcher.poke()
      while (!(await isQuiet(host))) await sleep(100)
      const backlogPerSecond = (count / (performance.now() - started)) * 1000
      say(`a backlog of ${thousands(count)} first runs went at ${Math.round(backlogPerSecond)} a second`)

      // From here on as after days of running: due times lie anywhere within the 15 minutes.
      for (const id of ids) {
        const { rev } = (await store.installations.get(tenant, id))!
        await store.installations.tryUpdate(tenant, id, rev, { dueInMs: Math.floor(Math.random() * everyMs) })
      }
      await sleep(2_000)
      log.since()
      const { cpuMs, wallMs } = await timed(() => sleep(watchedMs))
      const lags = [...log.lags]
      const lag99 = percentile(lags, 0.99)
      const cores = cpuMs / wallMs
      return {
        value: lag99,
        shown: `p99 ${Math.round(lag99)} ms, ${round(cores)} cores`,
        met: lags.length > 0 && lag99 < 1000 && cores < 1,
        ceiling: null,
        details: {
          installations: count,
          watchedSeconds: watchedMs / 1000,
          runs: lags.length,
          lagMedianMs: percentile(lags, 0.5),
          lagP99Ms: lag99,
          lagMaxMs: Math.max(...lags),
          cores: round(cores),
          cpuMsEachRun: round(cpuMs / lags.length),
          backlogPerSecond: round(backlogPerSecond)
        },
        note: `${watchedMs / 1000} s of the steady state in real time (${lags.length} runs, ${round((count / everyMs) * 1000)} due each second), half of ConnectWise PSA and half of Autotask PSA, customers and agreements of each account, each run what a tick asks at ${latencyMs} ms through the guarded client and nothing new; lag from due to claimed. The first runs, all due at once, went at ${Math.round(backlogPerSecond)} a second.`
      }
    } finally {
      await host.close()
    }
  }
}

async function isQuiet(host: Awaited<ReturnType<typeof buildHost>>): Promise<boolean> {
  return host.dispatcher.running === 0 && (await host.store.leases.nextDueInMs()) !== 0
}
