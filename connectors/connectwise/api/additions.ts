import {
  type CallContext,
  PermissionMissing,
  SourceUnavailable,
  SourceUnreadable
} from '../../../plugins/connector/contract.ts'
import { bundleSize, bundlesAreRefused, readBundle } from './bundles.ts'
import { additionsOf } from './endpoints.ts'
import { inParallel } from './in-parallel.ts'
import { type Found, readRecords } from './records.ts'
import { isTooMuch, readAll, suspicious } from './scan.ts'
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
  context: CallContext,
  session: Session,
  agreementIds: readonly string[],
  fields: string
): Promise<ReadonlyMap<string, Additions>> {
  const found = new Map<string, Additions>()
  const parts: string[][] = []
  for (let at = 0; at < agreementIds.length; at += bundleSize) parts.push(agreementIds.slice(at, at + bundleSize))
  await inParallel(parts, async ids => {
    // A bundle of one saves nothing.
    if (ids.length > 1 && !bundlesAreRefused(context, session)) {
      const lists = await readBundle(context, session, ids, fields)
      for (const [id, entities] of lists) {
        const list = readRecords(entities, 'additions')
        // One that came twice would cost twice; a list by itself is refused then.
        if (new Set(list.records.map(record => record.id)).size === list.records.length) found.set(id, list)
      }
    }
    const failures: Error[] = []
    await inParallel(
      ids.filter(id => !found.has(id)),
      async id => {
        const list = { session, endpoint: additionsOf(id), query: { fields } }
        const read = await readAll(list).catch((failure: Error) => {
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
