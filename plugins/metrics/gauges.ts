import { setTimeout as sleep } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import { prefix } from './names.ts'

/** A queue that is longer is counted as this long. */
export const countedQueue = 10_000
const storeLimitMs = 1000

export interface GaugeSources {
  readonly version: string
  readonly syncEveryMs: number
  /** Runs under way in this process. */
  running(): number
  /** Installations due and free, counted up to `limit`. */
  countDue(limit: number): Promise<number>
}

/** What is asked for when somebody reads the metrics. */
export function hostGauges(registry: Registry, sources: GaugeSources): void {
  const registers = [registry]
  new Gauge({
    name: `${prefix}build_info`,
    help: 'Always 1; the labels say what runs',
    labelNames: ['version', 'node'],
    registers
  }).set({ version: sources.version, node: process.versions.node }, 1)
  new Gauge({
    name: `${prefix}sync_interval_seconds`,
    help: 'SYNC_EVERY: the usual time from a run’s end to the next',
    registers
  }).set(sources.syncEveryMs / 1000)
  new Gauge({
    name: `${prefix}runs_in_progress`,
    help: 'Runs under way in this process',
    registers,
    collect() {
      this.set(sources.running())
    }
  })

  let asking: Promise<number> | null = null
  const askOnce = () => {
    asking ??= sources.countDue(countedQueue).finally(() => {
      asking = null
    })
    return asking
  }
  new Gauge({
    name: `${prefix}due_installations`,
    help: `Installations that are due and that nobody runs, in the whole store; ${countedQueue} means that many or more, absent that the store does not answer`,
    registers,
    async collect() {
      const due = await within(storeLimitMs, askOnce())
      if (due === null) this.remove()
      else this.set(due)
    }
  })
}

/** null: failed or too late. What is asked of the store must not hold up what else is to be told. */
async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  const limit = new AbortController()
  const late = sleep(ms, null, { signal: limit.signal }).catch(() => null)
  try {
    return await Promise.race([work.catch(() => null), late])
  } finally {
    limit.abort()
  }
}
