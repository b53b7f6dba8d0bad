import { setTimeout as sleep } from 'node:timers/promises'
import fp from 'fastify-plugin'
import { AsyncTask, SimpleIntervalJob } from 'toad-scheduler'
import type { RunStore } from '../storage/port.ts'

export interface RetentionOptions {
  /** How often it is looked whether a pass is due. @default 60_000 */
  readonly lookEveryMs?: number
  /** From the start to the first pass, before jitter. @default 300_000 */
  readonly firstAfterMs?: number
  /** From one pass to the next, before jitter. @default 3_600_000 */
  readonly everyMs?: number
  /** What else is due with a pass. @default nothing */
  readonly pruneMore?: (signal: AbortSignal) => Promise<unknown>
}

/** What a pass removes at once, and how often at most: a long backlog is worked off over several passes. */
const batch = 200
const batches = 50
/** Between two batches, for whoever else wants the store. */
const restMs = 50

/**
 * Removes ended runs, with what they set aside, that are older than RUNS_KEEP; of each installation its last run
 * stays. Likewise what is older than HISTORY_KEEP of the clients' history. Several hosts may do it at once: what one has
 * removed the other does not find.
 */
export const retentionPlugin = fp<RetentionOptions>(
  async (
    fastify,
    { lookEveryMs = 60_000, firstAfterMs = 300_000, everyMs = 3_600_000, pruneMore = async () => {} }
  ) => {
    const closing = new AbortController()
    let dueAt = performance.now() + jittered(firstAfterMs)
    let pass: Promise<void> | null = null

    async function look(): Promise<void> {
      if (closing.signal.aborted || performance.now() < dueAt) return
      dueAt = performance.now() + jittered(everyMs)
      const { store, config } = fastify
      const { pruned, more } = await pruneOld(store.runs, config.runsKeepMs, closing.signal)
      const history = await pruneOld(store.history, config.historyKeepMs, closing.signal)
      await pruneMore(closing.signal)
      if (more || history.more) dueAt = performance.now()
      if (pruned + history.pruned > 0)
        fastify.log.info(
          { runs: pruned, history: history.pruned },
          'what is old of runs and of clients’ history was removed'
        )
    }

    const task = new AsyncTask(
      'retention',
      async () => {
        pass = look().catch(error => fastify.log.warn({ err: error }, 'what is old could not be removed'))
        await pass
      },
      async () => {}
    )
    const job = new SimpleIntervalJob({ milliseconds: lookEveryMs }, task, { id: 'retention', preventOverrun: true })
    fastify.addHook('onReady', async () => fastify.scheduler.addSimpleIntervalJob(job))
    // A task under way is not waited for by the scheduler, and the store closes after this.
    fastify.addHook('onClose', async () => {
      closing.abort()
      await pass
    })
  },
  { name: 'retention', fastify: '5.x', dependencies: ['env', 'storage', 'schedule'] }
)

/** In small batches; `more`: it ended before all were removed. */
export async function pruneOld(
  section: Pick<RunStore, 'prune'>,
  olderThanMs: number,
  signal: AbortSignal
): Promise<{ pruned: number; more: boolean }> {
  let pruned = 0
  for (let number = 0; number < batches && !signal.aborted; number++) {
    const removed = await section.prune(olderThanMs, batch)
    pruned += removed
    if (removed < batch) return { pruned, more: false }
    await sleep(restMs, undefined, { signal }).catch(() => {})
  }
  return { pruned, more: true }
}

/** 80 to 120 %: hosts that were started together do not meet at the store. */
function jittered(ms: number): number {
  return ms * (0.8 + Math.random() * 0.4)
}
