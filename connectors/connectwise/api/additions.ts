import { type CallContext, type Reject, SourceUnavailable } from '../../../plugins/connector/contract.ts'
import { additionsOf, endpoints } from './endpoints.ts'
import { inParallel } from './in-parallel.ts'
import { readFirstPage } from './list.ts'
import { readRecords, type VendorRecord } from './records.ts'
import { fullPage, scan } from './scan.ts'
import type { Session } from './session.ts'

const fields = 'id,product,quantity,lessIncluded,unitPrice,extPrice,billCustomer,effectiveDate,cancelledDate'
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
  if (response.status < 300) {
    // An answer of no known shape says nothing for the next bundle.
    if (!Array.isArray(results)) return undefined
    let isTaken = false
    for (const result of results) {
      const id = ids[Number(result?.sequenceNumber) - 1]
      // An agreement that is gone is a 404 of its own, not a refusal of the bundle.
      isTaken ||= result?.success !== false || Number(result.statusCode) === 404
      const isWhole = Array.isArray(result?.entities) && result.entities.length < fullPage
      if (id !== undefined && result.success !== false && isWhole) found.set(id, result.entities)
    }
    if (isTaken) return found
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
    if (!(failure instanceof SourceUnavailable && failure.status === 404)) throw failure
    // No additions, if the agreement was deleted since its list was read. If it is there, this 404 is something else,
    // and its cost would be wrong.
    const query = { conditions: `id=${agreementId}`, fields: 'id' }
    const still = await readFirstPage(session, endpoints.agreements, query)
    if (still.length > 0) throw failure
    return []
  }
  return records
}
