import { setTimeout as sleep } from 'node:timers/promises'
import { Gauge, type Registry } from 'prom-client'
import { lossKinds } from '../entities/loss.ts'
import type { Waiting } from '../storage/port.ts'
import { prefix } from './names.ts'

/** A queue that is longer is counted as this long. */
const countedQueue = 10_000
const storeLimitMs = 1000

export interface GaugeSources {
  readonly version: string
  readonly syncEveryMs: number
  /** Runs under way in this process. */
  running(): number
  /** Installations due and free, counted up to `limit`. */
  countDue(limit: number): Promise<number>
  /** What waits for people, looked for in `limit` installations of each kind. */
  countWaiting(limit: number): Promise<Waiting>
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

  const due = askedOnce(() => sources.countDue(countedQueue))
  new Gauge({
    name: `${prefix}due_installations`,
    help: `Installations that are due and that nobody runs, in the whole store; ${countedQueue} means that many or more, absent that the store does not answer`,
    registers,
    async collect() {
      tell(this, await due())
    }
  })

  const waiting = askedOnce(() => sources.countWaiting(countedQueue))
  new Gauge({
    name: `${prefix}installations_awaiting_approval`,
    help: 'Installations with losses that wait for a person, in the whole store',
    registers,
    async collect() {
      tell(this, (await waiting())?.awaitingApproval ?? null)
    }
  })
  new Gauge({
    name: `${prefix}installations_with_misfits`,
    help: 'Installations whose last complete pass brought fewer than the vendor counts, in the whole store',
    registers,
    async collect() {
      tell(this, (await waiting())?.misfits ?? null)
    }
  })
  new Gauge({
    name: `${prefix}held_losses`,
    help: 'What would be taken away and waits for a person, by kind, in the whole store',
    labelNames: ['kind'],
    registers,
    async collect() {
      const held = (await waiting())?.held
      if (!held) this.reset()
      else for (const kind of lossKinds) this.set({ kind }, held[kind] ?? 0)
    }
  })
}

/** null: the store does not answer, and an old number would be a lie. */
function tell(gauge: Gauge, value: number | null): void {
  if (value === null) gauge.remove()
  else gauge.set(value)
}

/** One question to the store for all gauges that are read at once. null: no answer in time. */
function askedOnce<T>(ask: () => Promise<T>): () => Promise<T | null> {
  let asking: Promise<T> | null = null
  return () => {
    asking ??= ask().finally(() => {
      asking = null
    })
    return within(storeLimitMs, asking)
  }
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
