import { newId } from '../../entities/new-id.ts'
import type { Installation, InstallationChange } from '../../storage/port.ts'
import { changeInstallation } from '../change-installation.ts'
import type { Host } from '../host.ts'
import { closeRun, putOnRecord } from './requested-run.ts'
import { requireTransition } from './transitions.ts'

type Change = (host: Host, tenant: string, id: string) => Promise<Installation>

/** No new data from now on: a run under way loses its lease before it is told to end, so it can write nothing more. */
export const stop: Change = (host, tenant, id) => halt(host, tenant, id, 'stop', 'stopped')

/** As stop, and shown as not installed. Configuration, credentials and synced data stay. */
export const uninstall: Change = (host, tenant, id) => halt(host, tenant, id, 'uninstall', 'uninstalled')

/** Runs at once, and forgives what made it need attention. */
export const start: Change = (host, tenant, id) => resume(host, tenant, id, 'start', {})

/** Goes on from its checkpoint, with a compare first: deletes were not watched meanwhile. */
export const reinstall: Change = (host, tenant, id) => resume(host, tenant, id, 'reinstall', { compareDueInMs: 0 })

/** Allows the removals that were found, and no more than those, to the compare that it starts. */
export const approve: Change = async (host, tenant, id) => {
  const runId = newId('run')
  const { before, after } = await changeInstallation(host, tenant, id, now => {
    requireTransition(now, 'approve')
    const approval = { ...now.approval!, approved: now.approval!.removals }
    return { approval, requested: { runId, mode: 'compare' }, failures: 0, dueInMs: 0 }
  })
  await closeRun(host, tenant, before.requested?.runId, after.token, 'superseded by an approved compare')
  await putOnRecord(host, after, runId, 'compare')
  host.dispatcher.poke()
  return after
}

async function halt(
  host: Host,
  tenant: string,
  id: string,
  wish: 'stop' | 'uninstall',
  wanted: 'stopped' | 'uninstalled'
): Promise<Installation> {
  const { before, after } = await changeInstallation(host, tenant, id, now => {
    requireTransition(now, wish)
    return { wanted, requested: null, dueInMs: null, fence: true }
  })
  await endRuns(host, before, after, wanted)
  return after
}

async function resume(
  host: Host,
  tenant: string,
  id: string,
  wish: 'start' | 'reinstall',
  more: InstallationChange
): Promise<Installation> {
  const { after } = await changeInstallation(host, tenant, id, now => {
    requireTransition(now, wish)
    return { wanted: 'running', attention: null, failures: 0, dueInMs: 0, ...more }
  })
  host.dispatcher.poke()
  return after
}

/** After a fence: ends this process's run, and closes the receipts of runs that can no longer close their own. */
export async function endRuns(host: Host, before: Installation, after: Installation, reason: string): Promise<void> {
  await host.dispatcher.abort(after.id, reason)
  await closeRun(host, after.tenant, before.requested?.runId, after.token, reason)
  await closeRun(host, after.tenant, after.currentRunId, after.token, reason)
}
