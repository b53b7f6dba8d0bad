/** What works is asked again each day, so that a right that was taken away is known before somebody looks for it. */
import type { FastifyBaseLogger } from 'fastify'
import fp from 'fastify-plugin'
import { AsyncTask, SimpleIntervalJob } from 'toad-scheduler'
import type { Connection, Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { checkConnection } from './check.ts'

export interface DailyChecksOptions {
  readonly now: () => Date
  /** From one look for what is due to the next, before jitter. @default 600_000 */
  readonly everyMs?: number
}

const dayMs = 86_400_000
/** Hosts' clocks do not differ by so much. */
const aheadMs = 3_600_000
const endOfTime = '9999'
/** Looked at in one step. */
const batch = 100
/** Checked in one look, one behind the other: more are spread over the next looks. */
const mostAtOnce = 20

export const dailyChecksPlugin = fp<DailyChecksOptions>(
  async (fastify, { now, everyMs = 600_000 }) => {
    const ending = new AbortController()
    let looking: Promise<unknown> = Promise.resolve()
    const task = new AsyncTask('daily-checks', async () => {
      looking = checkDue(fastify, { now, log: fastify.log, signal: ending.signal }).catch(error =>
        fastify.log.warn({ err: error }, 'connections could not be checked')
      )
      await looking
    })
    // Hosts that were started together do not ask the same at the same time.
    const milliseconds = Math.round(everyMs * (0.8 + Math.random() * 0.4))
    const job = new SimpleIntervalJob({ milliseconds }, task, { id: 'daily-checks', preventOverrun: true })
    fastify.addHook('onReady', async () => fastify.scheduler.addSimpleIntervalJob(job))
    // A check under way is waited for: it has a deadline of its own, and the store closes after this.
    fastify.addHook('onClose', async () => {
      ending.abort()
      await looking
    })
  },
  { name: 'daily-checks', fastify: '5.x', dependencies: ['storage', 'outbound', 'sync', 'schedule', 'connectors'] }
)

/** Behind which a list goes on. */
type After = Pick<Connection, 'id' | 'lastValidation'>

export interface Look {
  readonly now: () => Date
  readonly log: FastifyBaseLogger
  readonly signal?: AbortSignal
}

/** Checks what is due, oldest first; returns how many. One that cannot be checked does not keep the others from it. */
export async function checkDue(host: Host, { now, log, signal }: Look): Promise<number> {
  const { connections, installations } = host.store
  const at = (inMs: number) => new Date(now().getTime() + inMs).toISOString()
  let before = at(-dayMs)
  // A clock that was set back: what was asked in its future comes last.
  const ahead: After = { id: '', lastValidation: { at: at(aheadMs), checks: [] } }
  let checked = 0
  for (let after: After | null = null; ; ) {
    const page: Connection[] = await connections.listUnchecked(before, after, batch)
    const used = await running(installations, page)
    for (const connection of page) {
      if (checked >= mostAtOnce || signal?.aborted) return checked
      if (!used.has(connection.id) || !mayBeAsked(host, connection)) continue
      const { tenant, id } = connection
      // Another host may have asked since this page was read.
      const found = await connections.get(tenant, id)
      if (!found || found.rev !== connection.rev || found.trouble) continue
      if (await check(host, connection, { now, log })) checked++
    }
    after = page.at(-1) ?? null
    if (page.length === batch) continue
    if (before === endOfTime) return checked
    before = endOfTime
    after = ahead
  }
}

/**
 * Not where credentials were refused, or anything else stands still until a person acts; nor, with a vendor that locks
 * accounts, where the last check has failed, whatever it failed by, unless a run has been let in since.
 */
function mayBeAsked({ connectors }: Host, { connector: name, trouble, lastValidation, workedAt }: Connection): boolean {
  const connector = connectors.get(name)
  if (!connector || trouble) return false
  const failed = lastValidation?.checks.some(({ status }) => status === 'failed') ?? false
  const hasWorkedSince = lastValidation !== null && workedAt !== null && workedAt > lastValidation.at
  return !failed || !connector.locksAccounts || hasWorkedSince
}

/** Ids of those over which something runs. */
async function running(
  installations: Host['store']['installations'],
  page: readonly Connection[]
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>()
  const byTenant = Map.groupBy(page, ({ tenant }) => tenant)
  for (const [tenant, own] of byTenant) {
    const found: Installation[] = await installations.listOf(
      tenant,
      own.map(({ id }) => id)
    )
    for (const { connectionId, wanted } of found) if (wanted === 'running') ids.add(connectionId)
  }
  return ids
}

/** false: it was not asked, by a mistake of ours; others are not kept waiting for it. */
async function check(host: Host, { tenant, id, connector }: Connection, { now, log }: Look): Promise<boolean> {
  try {
    const { valid } = await checkConnection(host, tenant, id, log, { now, purpose: 'poll' })
    if (!valid) log.warn({ connection: id, tenant, connector }, 'a connection no longer passes its checks')
    return true
  } catch (error) {
    log.warn({ err: error, connection: id, tenant, connector }, 'a connection could not be checked')
    return false
  }
}
