import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { median, percentile } from '../../bench/statistics.ts'
import { type ConnectWiseServer, startConnectWise, tinyAccount } from '../../test/doubles/connectwise/index.ts'
import type { ProvedPromise } from '../promise.ts'
import { type Ground, openGround } from '../proving-ground.ts'

const flooder = fileURLToPath(new URL('../flooder.ts', import.meta.url))
const preload = fileURLToPath(new URL('../../scripts/preload.js', import.meta.url))
const others = Array.from({ length: 99 }, (_, n) => `tenant-${n}`)
/** As a host has them by default. */
const usual = { CALLS_READ: '6000', CALLS_VENDOR: '30', CALLS_CHANGE: '120' }
/** Requests a second of the others together. */
const rate = 40

export default {
  promise:
    'one of a hundred tenants that floods the host over a vendor that hangs moves the others’ p99 by under 10 % or 5 ms',

  async prove({ long, say }) {
    const hanging = await startConnectWise({ rateLimit: false, account: tinyAccount() })
    hanging.fail({ kind: 'hang' })
    await using ground = await openGround({
      env: { OUTBOUND_ALLOW: hanging.url, ...usual }
    })
    for (const tenant of others) await ground.as(tenant)
    await p99(ground, 2000)
    const moved: number[] = []
    const quiets: number[] = []
    for (let pair = 0; pair < 5; pair++) {
      const quiet = await p99(ground, long ? 20_000 : 3000)
      const stop = await flood(ground, hanging)
      await sleep(200)
      const noisy = await p99(ground, long ? 20_000 : 3000)
      await stop()
      quiets.push(quiet)
      moved.push(noisy - quiet)
      say(`p99 ${quiet.toFixed(1)} ms alone, ${noisy.toFixed(1)} ms beside the flood`)
    }
    await hanging.close()
    const move = median(moved)
    const allowed = Math.max(5, median(quiets) / 10)
    const figure = `the others’ p99 moves by ${move.toFixed(1)} ms (median of five pairs), ${allowed.toFixed(1)} ms allowed`
    return { figure, failures: move <= allowed ? [] : [figure] }
  }
} satisfies ProvedPromise

/** Of the others' reads, sent at their times whether answers have come or not. */
async function p99(ground: Ground, forMs: number): Promise<number> {
  const times: number[] = []
  const asked: Promise<void>[] = []
  const begun = performance.now()
  for (let n = 0; n < (forMs * rate) / 1000; n++) {
    await sleep(Math.max(0, begun + (n * 1000) / rate - performance.now()))
    const sent = performance.now()
    asked.push(
      ground.call(others[n % others.length]!, 'GET', '/v1/clients?limit=5').then(({ status }) => {
        times.push(status === 200 ? performance.now() - sent : 60_000)
      })
    )
  }
  await Promise.all(asked)
  return percentile(times, 0.99)
}

/** In a process of its own, so that only what it does to the host is measured. Resolves when it floods. */
async function flood(ground: Ground, vendor: ConnectWiseServer): Promise<() => Promise<void>> {
  const args = ['--import', preload, flooder, ground.origin, vendor.url]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  const gone = once(child, 'exit')
  await once(child.stdout, 'data')
  return async () => {
    child.kill('SIGKILL')
    await gone
  }
}
