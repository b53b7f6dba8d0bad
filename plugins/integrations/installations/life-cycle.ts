import type { FastifyBaseLogger } from 'fastify'
import type { Expected } from '../../http/preconditions.ts'
import type { Installation, InstallationChange } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import { retryNow } from '../connections/trouble.ts'
import type { Host } from '../host.ts'
import { closeRun } from './requested-run.ts'
import { requireTransition } from './transitions.ts'

/** How a person asks for a change. */
export interface Asked {
  /** Revisions that were seen. @default any */
  readonly expected?: Expected
  readonly log: FastifyBaseLogger
}

export type Change = (host: Host, tenant: string, id: string, asked: Asked) => Promise<Installation>

/** No new data from now on: a run under way loses its lease before it is told to end, so it can write nothing more. */
export const stop: Change = (host, tenant, id, asked) => halt(host, tenant, id, 'stop', 'stopped', asked)

/** As stop, and shown as not installed. Configuration, credentials and synced data stay. */
export const uninstall: Change = (host, tenant, id, asked) => halt(host, tenant, id, 'uninstall', 'uninstalled', asked)

/** Runs at once, and forgives what made it need attention. */
export const start: Change = (host, tenant, id, asked) => resume(host, tenant, id, 'start', {}, asked)

async function halt(
  host: Host,
  tenant: string,
  id: string,
  wish: 'stop' | 'uninstall',
  wanted: 'stopped' | 'uninstalled',
  { expected = null }: Asked
): Promise<Installation> {
  const { before, after } = await changeInstallation(
    host,
    tenant,
    id,
    (now, trouble) => {
      requireTransition(now, wish, trouble)
      return now.wanted === wanted ? null : { wanted, requested: null, dueInMs: null, fence: true }
    },
    expected
  )
  if (after !== before) await endRuns(host, before, after, wanted)
  return after
}

/** Makes it run again. `more` comes beside. */
export async function resume(
  host: Host,
  tenant: string,
  id: string,
  wish: 'start' | 'reinstall',
  more: InstallationChange,
  { expected = null }: Pick<Asked, 'expected'>
): Promise<Installation> {
  const { after } = await changeInstallation(
    host,
    tenant,
    id,
    async (now, trouble) => {
      requireTransition(now, wish, trouble)
      await retryNow(host, tenant, now.connectionId)
      return { wanted: 'running', attention: null, failures: 0, passFailures: 0, dueInMs: 0, ...more }
    },
    expected
  )
  host.dispatcher.poke()
  return after
}

/** After a fence: ends this process's run, and closes the receipts of runs that can no longer close their own. */
export async function endRuns(host: Host, before: Installation, after: Installation, reason: string): Promise<void> {
  await host.dispatcher.abort(after.id, reason)
  await closeRun(host, after.tenant, before.requested?.runId, after.token, reason)
  await closeRun(host, after.tenant, after.currentRunId, after.token, reason)
}
