/** Sends what its parent orders (open-loop.ts) and answers with what was measured. */
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'
import type { Load, OpenLoop } from './open-loop.ts'

const [{ origin, headers, perSecond, seconds, warmUpSeconds, paths }] = (await once(process, 'message')) as [OpenLoop]
const pool = new Pool(origin, { connections: 64 })
const latencies: number[] = []
const sent: Promise<void>[] = []
let failed = 0

async function ask(path: string, due: number, isCounted: boolean): Promise<void> {
  try {
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers })
    await body.arrayBuffer()
    if (statusCode !== 200) failed++
    else if (isCounted) latencies.push(performance.now() - due)
  } catch {
    failed++
  }
}

const uncounted = perSecond * warmUpSeconds
const start = performance.now()
for (let number = 0; number < uncounted + perSecond * seconds; number++) {
  const due = start + (number / perSecond) * 1000
  const early = due - performance.now()
  if (early > 1) await sleep(early)
  sent.push(ask(paths[number % paths.length]!, due, number >= uncounted))
}
await Promise.all(sent)
await pool.close()
process.send!({ latencies, failed } satisfies Load)
process.disconnect()
