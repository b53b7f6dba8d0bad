import { type CallContext, type Reject, SourceUnavailable } from '../../../plugins/connector/contract.ts'
import { additionsOf, endpoints } from './endpoints.ts'
import { inParallel } from './in-parallel.ts'
import { readRecords, type VendorRecord } from './records.ts'
import { fullPage, scan } from './scan.ts'
import type { Session } from './session.ts'

const fields = 'id,product,quantity,unitPrice,extPrice,billCustomer,effectiveDate,cancelledDate'
/** Agreements asked for in one bundle. */
const bundleSize = 50
/** A bundle as such is not offered or not allowed. */
const refusals = [400, 403, 404, 405]

export interface Additions {
  readonly byAgreement: ReadonlyMap<string, readonly VendorRecord[]>
  readonly rejects: readonly Reject[]
}

/**
 * The additions of many agreements. The vendor lists them below one agreement alone, so they are asked for in bundles
 * of 50; a release that refused bundles once is asked one agreement at a time until it is upgraded.
 */
export async function readAdditions(
  context: CallContext,
  session: Session,
  agreementIds: readonly string[]
): Promise<Additions> {
  const byAgreement = new Map<string, readonly VendorRecord[]>()
  const rejects: Reject[] = []
  const one = async (id: string) => byAgreement.set(id, await readOne(session, id, rejects))

  const bundles: string[][] = []
  for (let at = 0; at < agreementIds.length; at += bundleSize) bundles.push(agreementIds.slice(at, at + bundleSize))
  await inParallel(bundles, async ids => {
    // A bundle of one saves nothing.
    const bundled = ids.length > 1 && context.state.bundlesRefusedBy !== session.codebase
    const found = bundled ? await readBundle(context, session, ids) : undefined
    const left: string[] = []
    for (const id of ids) {
      const entities = found?.get(id)
      if (!entities) left.push(id)
      else {
        const read = readRecords(entities, 'additions')
        byAgreement.set(id, read.records)
        rejects.push(...read.rejects)
      }
    }
    await inParallel(left, one)
  })
  return { byAgreement, rejects }
}

/** By agreement; one is absent from the map if it has to be asked for by itself. Undefined if bundles are refused. */
async function readBundle(
  context: CallContext,
  session: Session,
  ids: readonly string[]
): Promise<ReadonlyMap<string, readonly unknown[]> | undefined> {
  const requests = ids.map((id, index) => ({
    version: '2020.1',
    sequenceNumber: index + 1,
    resourceType: 'addition',
    apiRequest: { parentId: Number(id), page: { page: 1, pageSize: fullPage }, fields }
  }))
  const response = await session.ask(endpoints.bundles, { json: { requests }, tolerate: refusals }).catch(failure => {
    // One addition that cannot be read fails its bundle: the single calls find it.
    if (failure instanceof SourceUnavailable && failure.status === 500) return undefined
    throw failure
  })
  if (!response) return undefined
  const results = (response.body as { results?: unknown } | null | undefined)?.results
  const found = new Map<string, readonly unknown[]>()
  if (response.status < 300 && Array.isArray(results)) {
    for (const result of results) {
      const id = ids[Number(result?.sequenceNumber) - 1]
      if (id === undefined) continue
      if (result.success === false && Number(result.statusCode) === 404) found.set(id, [])
      else if (result.success !== false && Array.isArray(result.entities) && result.entities.length < fullPage)
        found.set(id, result.entities)
    }
    if (found.size > 0) return found
  }
  context.log.info(
    { status: response.status },
    'ConnectWise refuses bundles: additions are read one agreement at a time'
  )
  await context.saveState({ bundlesRefusedBy: session.codebase })
  return undefined
}

async function readOne(session: Session, agreementId: string, rejects: Reject[]): Promise<VendorRecord[]> {
  const records: VendorRecord[] = []
  try {
    for await (const page of scan({ session, endpoint: additionsOf(agreementId), query: { fields } })) {
      records.push(...page.records)
      // The host's record is the company, so a child that cannot be read has no id of its own here.
      rejects.push(...page.rejects.map(({ reason, payload }) => ({ reason, payload })))
    }
  } catch (failure) {
    // Deleted since the list was read: it has no additions any more.
    if (failure instanceof SourceUnavailable && failure.status === 404) return []
    throw failure
  }
  return records
}
