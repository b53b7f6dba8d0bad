import type { Static } from 'typebox'
import { receiptOf } from '../../runs/present.ts'
import type { Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { ownSettings } from '../settings.ts'
import { reasonOf, statusOf } from '../status.ts'
import { presentHold } from './loss-schemas.ts'
import { presentSchedule } from './schedule.ts'
import type { InstallationView } from './schemas.ts'

/** An installation as people see it, with its receipts and what it has in the store. */
export async function presentInstallation(
  { store, connectors }: Pick<Host, 'store' | 'connectors'>,
  installation: Installation
): Promise<Static<typeof InstallationView>> {
  const { id, tenant, connectionId, dueAt, currentRunId, lastRunId, poll, pass, lastPass, misfits } = installation
  const [connection, lastRun, currentRun, counts] = await Promise.all([
    store.connections.get(tenant, connectionId),
    lastRunId === null ? null : store.runs.get(tenant, lastRunId),
    currentRunId === null ? null : store.runs.get(tenant, currentRunId),
    store.clients.counts(id)
  ])
  const trouble = connection?.trouble ?? null
  const connector = connectors.get(installation.connector)
  // A receipt ends a moment before the lease does, which makes it the last run's: until then it is the current one's.
  const isHeld = installation.leaseUntil !== null && currentRun?.token === installation.token
  const isScheduled = installation.wanted === 'running' && dueAt !== null
  return {
    id,
    connector: installation.connector,
    connectionId,
    syncType: installation.syncType,
    status: statusOf(installation, trouble),
    statusReason: reasonOf(installation, lastRun, trouble),
    schedule: presentSchedule(installation.schedule),
    settings: connector ? ownSettings(connector, installation.syncType, installation.settings) : installation.settings,
    nextRunAt: isScheduled ? new Date(dueAt).toISOString() : null,
    nextCompareAt: isScheduled ? new Date(installation.compareDueAt).toISOString() : null,
    poll: poll && { mark: poll.mark, deepAt: poll.deepAt, alwaysDeep: poll.alwaysDeep },
    pass: pass && { mode: pass.mode, startedAt: pass.startedAt, read: pass.counts.read, expected: pass.expected },
    lastPass,
    hold: presentHold(installation.hold),
    misfits,
    resettled: installation.resettled,
    currentRun: currentRun && (currentRun.status === 'running' || isHeld) ? receiptOf(currentRun) : null,
    lastRun: lastRun && receiptOf(lastRun),
    counts,
    createdAt: installation.createdAt,
    updatedAt: installation.updatedAt
  }
}
