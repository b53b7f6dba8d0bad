import { fork } from 'node:child_process'
import { once } from 'node:events'

export interface OpenLoop {
  readonly origin: string
  readonly headers: Readonly<Record<string, string>>
  readonly perSecond: number
  readonly seconds: number
  /** Before that, at the same rate and not counted. */
  readonly warmUpSeconds: number
  /** Asked for in turn, again and again. */
  readonly paths: readonly string[]
}

export interface Load {
  /** ms from when the request was due to be sent until its answer was read. */
  readonly latencies: readonly number[]
  readonly failed: number
}

/**
 * Sends requests at their due times whether or not earlier ones are answered, as many callers who do not know of each
 * other do; a server that stalls is charged for all that wait. From a process of its own, so that what else this one
 * holds and does is not measured.
 */
export async function sendOpenLoop(loop: OpenLoop): Promise<Load> {
  const child = fork(new URL('./open-loop-child.ts', import.meta.url))
  const ended = once(child, 'exit')
  const failed = ended.then(([code]) => {
    throw new Error(`The process that sends the requests ended with code ${code}`)
  })
  failed.catch(() => {})
  child.send(loop)
  const [load] = (await Promise.race([once(child, 'message'), failed])) as [Load]
  await ended
  return load
}
