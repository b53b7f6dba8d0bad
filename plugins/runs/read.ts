/** What GET /runs and the console ask alike. */
import type { Static } from 'typebox'
import { errors } from '../errors.ts'
import type { Listing, PageRequest, Store, StoredReject } from '../storage/port.ts'
import { receiptOf } from './present.ts'
import type { Receipt } from './schemas.ts'

/** Throws HOST_ERR_NOT_FOUND. */
export async function getReceipt(
  { runs }: Pick<Store, 'runs'>,
  tenant: string,
  id: string
): Promise<Static<typeof Receipt>> {
  const run = await runs.get(tenant, id)
  if (!run) throw new errors.HOST_ERR_NOT_FOUND('run')
  return receiptOf(run)
}

/** Throws HOST_ERR_NOT_FOUND for a run that is not there. */
export async function listRejects(
  { runs, rejects }: Pick<Store, 'runs' | 'rejects'>,
  tenant: string,
  runId: string,
  page: PageRequest
): Promise<Listing<StoredReject>> {
  if (!(await runs.get(tenant, runId))) throw new errors.HOST_ERR_NOT_FOUND('run')
  return rejects.list(tenant, runId, page)
}
