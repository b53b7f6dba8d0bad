/** Receipts of all installations as one list, newest first. */
import type { Static } from 'typebox'
import { idsFrom } from '../entities/new-id.ts'
import { errors, withDetails } from '../errors.ts'
import type { RunQuery, Store, TwoWayPageRequest } from '../storage/port.ts'
import { receiptOf } from './present.ts'
import type { AllReceipts } from './schemas.ts'

const dayMs = 86_400_000

export interface RunsAsked extends Pick<RunQuery, 'installationId' | 'kind'> {
  /** `2026-11-28`, of UTC: those that began on it. */
  readonly day?: string
}

/** Throws HOST_ERR_BAD_REQUEST for a day that there is not. */
export async function listRuns(
  { runs }: Pick<Store, 'runs'>,
  tenant: string,
  { day, ...filter }: RunsAsked,
  page: TwoWayPageRequest
): Promise<Static<typeof AllReceipts>> {
  const { items, ...cursors } = await runs.listAll(tenant, { ...filter, ...(day !== undefined && idsOf(day)) }, page)
  return { items: items.map(receiptOf), ...cursors }
}

/** A run's id begins with the moment of its start. */
function idsOf(day: string): Pick<RunQuery, 'from' | 'to'> {
  const start = isDay(day) ? Date.parse(day) : Number.NaN
  if (Number.isNaN(start)) {
    const problems = [{ pointer: '/day', message: 'must be a day like 2026-11-28' }]
    throw withDetails(new errors.HOST_ERR_BAD_REQUEST(), { problems })
  }
  return { from: idsFrom('run', start), to: idsFrom('run', start + dayMs) }
}

/** Of the calendar: 2026-02-30 is none. */
export function isDay(text: string): boolean {
  return /^20\d\d-\d\d-\d\d$/.test(text) && new Date(text).toJSON()?.startsWith(text) === true
}
