import { fastifySchedule } from '@fastify/schedule'
import fp from 'fastify-plugin'
import { AsyncTask, SimpleIntervalJob } from 'toad-scheduler'

export interface ScheduleOptions {
  /** Looks for due work and starts it. */
  readonly tick: () => Promise<void>
  /** @default 1000 */
  readonly everyMs?: number
}

/**
 * The host's scheduler, and the job that ticks. Both functions are async and the second never throws, because in
 * toad-scheduler a sync handler that throws stops the job for good and an error handler that throws ends the process.
 */
export const schedulePlugin = fp<ScheduleOptions>(
  async (fastify, { tick, everyMs = 1000 }) => {
    await fastify.register(fastifySchedule)
    const task = new AsyncTask(
      'dispatch',
      async () => {
        await tick()
      },
      async error => {
        try {
          fastify.log.error({ err: error }, 'the tick failed')
        } catch {
          // Nobody is left to be told.
        }
      }
    )
    const job = new SimpleIntervalJob({ milliseconds: everyMs }, task, { id: 'dispatch', preventOverrun: true })
    // Not before the host is ready: a tick may start runs.
    fastify.addHook('onReady', async () => fastify.scheduler.addSimpleIntervalJob(job))
  },
  { name: 'schedule', fastify: '5.x' }
)
