import { PermissionMissing, SourceUnavailable, SourceUnreadable } from 'integration-host/connector'
import {
  chunksOf,
  type Found,
  inParallel,
  isTooMuch,
  readAll,
  readRecords,
  suspicious
} from 'integration-host/connector/kit'
import { bundleSize, bundlesAreRefused, readBundle } from './bundles.ts'
import { additionsOf } from './endpoints.ts'
import { listOf } from './lists.ts'
import type { Session } from './session.ts'

/** Of one agreement. */
export interface Additions extends Found {
  /** None of them can be read. */
  readonly refused?: Error
}

/**
 * The additions of many agreements, each of which is in the answer. The vendor lists them below one agreement alone, so
 * they are asked for in bundles, and one agreement at a time where bundles are refused.
 */
export async function readAdditions(
  session: Session,
  agreementIds: readonly string[],
  fields: string
): Promise<ReadonlyMap<string, Additions>> {
  const found = new Map<string, Additions>()
  await inParallel(chunksOf(agreementIds, bundleSize), async ids => {
    // A bundle of one saves nothing.
    const lists = ids.length > 1 && !bundlesAreRefused(session) ? await readBundle(session, ids, fields) : []
    for (const [id, entities] of lists) {
      const list = readRecords(entities, 'ConnectWise additions')
      // One that came twice would cost twice; a list by itself is refused then.
      if (new Set(list.records.map(record => record.id)).size === list.records.length) found.set(id, list)
    }
    const failures: Error[] = []
    await inParallel(
      ids.filter(id => !found.has(id)),
      async id => {
        const read = await readAll(listOf(session, additionsOf(id), { fields })).catch((failure: Error) => {
          if (!isOfOne(failure)) throw failure
          failures.push(failure)
          return { records: [], unusable: [], refused: failure }
        })
        found.set(id, read)
      }
    )
    // All of so many are no odd agreements: the right is missing, or the vendor is out of order.
    if (failures.length >= suspicious && failures.length === ids.length) throw failures[0]
  })
  return found
}

/** A refusal that may concern the one agreement. */
function isOfOne(failure: unknown): boolean {
  return (
    isTooMuch(failure) ||
    failure instanceof PermissionMissing ||
    failure instanceof SourceUnreadable ||
    (failure instanceof SourceUnavailable && failure.status === 404)
  )
}
