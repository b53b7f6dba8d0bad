import { errors } from '../errors.ts'
import type { Claim } from '../storage/port.ts'
import type { RunParts } from './desk.ts'
import { POLL } from './staging.ts'

/** A pass and the polls between its pages, at most so many can be open. */
const RECENT = 20

/** Ends the receipts of what a crash has cut. Those that it found ended have been counted already. */
export async function closeLeftReceipts({ store, now }: RunParts, { lease, installation }: Claim): Promise<void> {
  const { tenant, installationId, token } = lease
  const { items } = await store.runs.list(tenant, installationId, { limit: RECENT, cursor: null })
  const { code, message } = new errors.HOST_ERR_INTERRUPTED('the process that ran it ended')
  for (const run of items) {
    if (run.status !== 'running' || run.id === installation.requested?.runId || run.token >= token) continue
    const error = { code, detail: message }
    await store.runs.trySave({ ...run, status: 'interrupted', endedAt: now().toISOString(), error, token })
  }
  // What a poll has taken is on its receipt, if that was still saved; else the next poll counts it.
  const left = items.find(({ mode }) => mode === 'incremental')
  if (left?.status === 'succeeded') {
    const taken = await store.losses.list(installationId, { states: ['taken'], by: POLL }, null, 1000)
    if (taken.length > 0)
      await store.losses.remove(
        lease,
        taken.map(({ externalId }) => externalId)
      )
  }
}
