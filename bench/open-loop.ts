import { setTimeout as sleep } from 'node:timers/promises'
import { Pool } from 'undici'

export interface Load {
  /** ms from when the request was due to be sent until its answer was read. */
  readonly latencies: readonly number[]
  readonly failed: number
}

/**
 * Sends requests at their due times whether or not earlier ones are answered, as many callers who do not know of each
 * other do; a server that stalls is charged for all that wait.
 */
export async function sendOpenLoop(
  origin: string,
  headers: Readonly<Record<string, string>>,
  perSecond: number,
  seconds: number,
  pathOf: (number: number) => string
): Promise<Load> {
  const pool = new Pool(origin, { connections: 64 })
  const latencies: number[] = []
  const sent: Promise<void>[] = []
  let failed = 0
  const start = performance.now()
  const one = async (path: string, due: number) => {
    const { statusCode, body } = await pool.request({ path, method: 'GET', headers })
    await body.arrayBuffer()
    if (statusCode === 200) latencies.push(performance.now() - due)
    else failed++
  }
  for (let number = 0; number < perSecond * seconds; number++) {
    const due = start + (number / perSecond) * 1000
    const early = due - performance.now()
    if (early > 1) await sleep(early)
    sent.push(
      one(pathOf(number), due).catch(() => {
        failed++
      })
    )
  }
  await Promise.all(sent)
  await pool.close()
  return { latencies, failed }
}
