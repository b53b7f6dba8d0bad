import type { Static } from 'typebox'
import { receiptOf } from '../../runs/present.ts'
import type { Installation } from '../../storage/port.ts'
import type { Host } from '../host.ts'
import { presentSchedule } from './schedule.ts'
import type { InstallationView } from './schemas.ts'
import { reasonOf, statusOf } from './status.ts'

/** An installation as people see it, with its receipts and what it has in the store. */
export async function presentInstallation(
  { store }: Pick<Host, 'store'>,
  installation: Installation
): Promise<Static<typeof InstallationView>> {
  const { id, tenant, approval, dueAt, currentRunId, lastRunId } = installation
  const [lastRun, currentRun, counts] = await Promise.all([
    lastRunId === null ? null : store.runs.get(tenant, lastRunId),
    currentRunId === null ? null : store.runs.get(tenant, currentRunId),
    store.clients.counts(id)
  ])
  // A receipt ends a moment before the lease does, which makes it the last run's: until then it is the current one's.
  const isHeld = installation.leaseUntil !== null && currentRun?.token === installation.token
  return {
    id,
    connector: installation.connector,
    connectionId: installation.connectionId,
    syncType: installation.syncType,
    status: statusOf(installation),
    statusReason: reasonOf(installation, lastRun),
    schedule: presentSchedule(installation.schedule),
    settings: { ...installation.settings },
    nextRunAt: installation.wanted === 'running' && dueAt !== null ? new Date(dueAt).toISOString() : null,
    currentRun: currentRun && (currentRun.status === 'running' || isHeld) ? receiptOf(currentRun) : null,
    lastRun: lastRun && receiptOf(lastRun),
    counts,
    approval: approval && {
      removals: approval.removals,
      of: approval.of,
      since: approval.since,
      approved: approval.approved
    },
    createdAt: installation.createdAt,
    updatedAt: installation.updatedAt
  }
}
