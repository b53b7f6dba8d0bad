import type { Agent } from 'undici'
import type { ConnectOptions } from './connect.ts'

const maxHeaderBytes = 32_768
const idleMs = 10_000

export interface GuardedAgent {
  get(): Promise<Agent>
  /** Ends what is under way. May be called twice, and before anything was. */
  close(): Promise<void>
}

/** The way out, loaded with the first call, as a start is to be quick. */
export function guardedAgent(options: ConnectOptions): GuardedAgent {
  let agent: Promise<Agent> | undefined

  async function make(): Promise<Agent> {
    const [{ Agent }, { guardedConnector }] = await Promise.all([import('undici'), import('./connect.ts')])
    return new Agent({
      connect: guardedConnector(options),
      allowH2: false,
      maxHeaderSize: maxHeaderBytes,
      keepAliveTimeout: idleMs,
      keepAliveMaxTimeout: idleMs
    })
  }

  return {
    get() {
      // One that could not be made is not kept: the disk may have been away for a moment.
      agent ??= make().catch(error => {
        agent = undefined
        throw error
      })
      return agent
    },
    async close() {
      await (await agent?.catch(() => undefined))?.destroy()
    }
  }
}
