import type { Filter } from 'mongodb'
import type { Run, RunQuery, TwoWayListing, TwoWayPageRequest } from '../port.ts'
import type { Collections, RunDocument } from './documents.ts'
import { toRun } from './run-document.ts'
import { pageOf, stepwise } from './steps.ts'

/** See RunStore.listAll. */
export async function listAllRuns(
  { runs, cursors }: Collections,
  tenant: string,
  { installationId, kind, from, to }: RunQuery,
  page: TwoWayPageRequest
): Promise<TwoWayListing<Run>> {
  const { from: start, back } = cursors.start('all-runs', page)
  const filters: Filter<RunDocument>[] = [
    { tenant: { $eq: tenant } },
    ...(installationId === undefined ? [] : [{ installationId: { $eq: installationId } }]),
    ...(kind === undefined ? [] : [{ kinds: { $eq: kind } } as Filter<RunDocument>]),
    ...(from === undefined ? [] : [{ _id: { $gte: from } }]),
    ...(to === undefined ? [] : [{ _id: { $lt: to } }]),
    ...(start === null ? [] : [{ _id: back ? { $gt: start[0]! } : { $lt: start[0]! } }])
  ]
  const hint =
    installationId === undefined
      ? kind === undefined
        ? 'by-tenant'
        : 'by-kind'
      : kind === undefined
        ? 'by-installation'
        : 'by-installation-and-kind'
  const found = runs.find({ $and: filters }, { ...stepwise(page.limit), hint }).sort({ _id: back ? 1 : -1 })
  return cursors.twoWayListing('all-runs', await pageOf(found, page.limit, toRun), page, run => [run.id])
}
