/** What nobody needs any more, removed by the host itself: see `tidy`. */
import type { FastifyBaseLogger } from 'fastify'
import fp from 'fastify-plugin'
import { AsyncTask, SimpleIntervalJob } from 'toad-scheduler'
import type { Trail } from '../../audit/trail.ts'
import type { Store } from '../../storage/port.ts'
import { removeIfUntouched } from './remove.ts'

export interface HousekeepingOptions {
  /** From one pass to the next, before jitter. @default 3_600_000 */
  readonly everyMs?: number
}

/** Credentials without an installation, and budgets from which nobody takes. */
const unusedAfterMs = 86_400_000
/** Of each kind in one pass: a backlog is worked off over several. */
const batch = 500

/** Several hosts may do it at once: what one has removed the other does not find. */
export const housekeepingPlugin = fp<HousekeepingOptions>(
  async (fastify, { everyMs = 3_600_000 }) => {
    let pass: Promise<void> | null = null
    const task = new AsyncTask(
      'housekeeping',
      async () => {
        pass = tidy(fastify.store, fastify.audit, fastify.log)
        await pass.catch(error => fastify.log.warn({ err: error }, 'what nobody needs any more could not be removed'))
      },
      async () => {}
    )
    // Hosts that were started together do not meet at the store.
    const milliseconds = Math.round(everyMs * (0.8 + Math.random() * 0.4))
    const job = new SimpleIntervalJob({ milliseconds }, task, { id: 'housekeeping', preventOverrun: true })
    fastify.addHook('onReady', async () => fastify.scheduler.addSimpleIntervalJob(job))
    // A task under way is not waited for by the scheduler, and the store closes after this.
    fastify.addHook('onClose', async () => {
      await pass?.catch(() => {})
    })
  },
  { name: 'housekeeping', fastify: '5.x', dependencies: ['storage', 'schedule', 'audit'] }
)

/**
 * Removes credentials that no installation has used for a day (an install that failed half-way while the store was
 * away, an erase that was cut), budgets of logins that were only tried, and answers to repeated requests that have
 * expired.
 */
export async function tidy(store: Store, audit: Pick<Trail, 'own'>, log: FastifyBaseLogger): Promise<void> {
  for (const connection of await store.connections.listUnused(unusedAfterMs, batch)) {
    if (!(await removeIfUntouched({ store }, connection))) continue
    const { id, tenant, connector } = connection
    log.info({ connection: id, tenant, connector }, 'credentials that no installation has used for a day were removed')
    await audit.own({ tenant, action: 'connection.sweep', target: { kind: 'connection', id }, details: { connector } })
  }
  await store.budgets.prune(unusedAfterMs, batch)
  await store.replies.prune(batch)
}
