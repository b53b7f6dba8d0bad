import { newId } from '../../entities/new-id.ts'
import { errors } from '../../errors.ts'
import type { Expected } from '../../http/preconditions.ts'
import type { Installation, Run, RunRequest } from '../../storage/port.ts'
import { noCounts, noSource } from '../../sync/receipt.ts'
import { changeInstallation } from '../change-installation.ts'
import { retryNow } from '../connections/trouble.ts'
import type { Host } from '../host.ts'
import { requireTransition } from './transitions.ts'

/**
 * Asks for a run now and answers its id, under which its receipt can be read at once. A request that waits is not
 * doubled, and a waiting compare also does what a sync would.
 */
export async function requestRun(
  host: Host,
  tenant: string,
  id: string,
  mode: RunRequest['mode'],
  expected: Expected = null
): Promise<{ runId: string }> {
  const fresh: RunRequest = { runId: newId('run'), mode }
  const { before, after } = await changeInstallation(
    host,
    tenant,
    id,
    async (now, trouble) => {
      requireTransition(now, mode, trouble)
      await retryNow(host, tenant, now.connectionId)
      if (now.requested && (now.requested.mode === mode || now.requested.mode === 'compare')) return null
      return { requested: fresh, dueInMs: 0 }
    },
    expected
  )
  if (after === before) {
    const { runId, mode: waiting } = before.requested!
    await putOnRecord(host, before, runId, waiting)
    return { runId }
  }
  await closeRun(host, tenant, before.requested?.runId, after.token, 'superseded by a compare')
  await putOnRecord(host, after, fresh.runId, mode)
  host.dispatcher.poke()
  return { runId: fresh.runId }
}

/**
 * The receipt of a run that waits. Put there after the request, so that a lost compare-and-set leaves none behind;
 * the run itself, if it was faster, has already put it there, and then this changes nothing.
 */
async function putOnRecord(
  host: Pick<Host, 'store'>,
  installation: Installation,
  runId: string,
  mode: RunRequest['mode']
): Promise<void> {
  const run: Run = {
    id: runId,
    tenant: installation.tenant,
    installationId: installation.id,
    mode: installation.lastPass === null ? 'full' : mode === 'sync' ? 'incremental' : 'compare',
    status: 'running',
    continues: null,
    startedAt: new Date().toISOString(),
    endedAt: null,
    progress: { read: 0, expected: null },
    counts: noCounts,
    source: noSource,
    leftOutBy: {},
    took: {},
    oldestLookSeconds: null,
    notes: [],
    reconciliation: null,
    error: null,
    token: 0
  }
  await host.store.runs.insert(run)
}

/** Ends the receipt of a run that will never begin, or that lost its lease, with the fence's token. */
export async function closeRun(
  host: Pick<Host, 'store'>,
  tenant: string,
  runId: string | null | undefined,
  token: number,
  reason: string
): Promise<void> {
  const run = runId ? await host.store.runs.get(tenant, runId) : null
  if (run?.status !== 'running') return
  const { code, message } = new errors.HOST_ERR_INTERRUPTED(reason)
  const endedAt = new Date().toISOString()
  await host.store.runs.trySave({ ...run, status: 'interrupted', endedAt, error: { code, detail: message }, token })
}
