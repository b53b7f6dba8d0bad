/** What is to be put in order when a former holder of the lease did not release it. */
import { errors } from '../errors.ts'
import type { Run } from '../storage/port.ts'
import { quietRowId } from '../storage/quiet-runs.ts'
import type { Desk } from './desk.ts'
import { concludeLosses } from './end.ts'
import { concludePass } from './pass.ts'
import { POLL } from './staging.ts'

/** Of polls one can be open, and those that stood still; the pass they lie between may have begun long before. */
const RECENT = 20

/** Ends the receipts of what was cut, and what had its receipt already. */
export async function tidyAfterCrash(desk: Desk): Promise<void> {
  const { parts, lease, installation } = desk
  const { store, now } = parts
  const { tenant, installationId, token } = lease
  const { items } = await store.runs.list(tenant, installationId, { limit: RECENT, cursor: null })
  const { currentRunId } = installation
  if (currentRunId !== null && !items.some(({ id }) => id === currentRunId)) {
    const current = await store.runs.get(tenant, currentRunId)
    if (current) items.push(current)
  }
  const { code, message } = new errors.HOST_ERR_INTERRUPTED('the process that ran it ended')
  const poll = await latestPoll(desk, items)
  for (const run of items) {
    if (run.status !== 'running' || run.id === installation.requested?.runId || run.token >= token) continue
    const error = { code, detail: message }
    await store.runs.trySave({ ...run, status: 'interrupted', endedAt: now().toISOString(), error, token })
  }
  // What was taken is told once: on the receipt that was still saved, or on the next one.
  if (poll?.status === 'succeeded') await concludeLosses({ desk, by: POLL, run: poll }, {})
  const { pass } = installation
  const told = items.find(
    ({ id, continues, status }) => status === 'succeeded' && pass && [id, continues].includes(pass.id)
  )
  if (pass && told) await concludePass({ desk, by: pass.id, run: told }, pass)
  // A pass whose end was all but cut: nobody comes back to its rows before the next one begins.
  if (!pass) await store.losses.dropStale(lease, POLL, token)
}

/** The row of the day, where the latest one is in it: if its own receipt was still to go, it goes now. */
async function latestPoll({ parts, lease }: Desk, items: readonly Run[]): Promise<Run | undefined> {
  const { runs } = parts.store
  const latest = items.find(({ mode, folded }) => mode === 'incremental' && !folded)
  const days = [latest?.startedAt ?? [], parts.now().toISOString()].flat()
  const rows = await Promise.all(
    days.map(startedAt => runs.get(lease.tenant, quietRowId({ installationId: lease.installationId, startedAt })))
  )
  const row = rows.findLast(found => found !== null)
  if (!row || (latest && row.folded!.last < latest.id)) return latest
  if (latest && row.folded!.last === latest.id) await runs.fold(latest)
  return row
}
