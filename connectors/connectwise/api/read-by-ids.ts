import type { Reject } from '../../../plugins/connector/contract.ts'
import { and, idIn } from './conditions.ts'
import type { Endpoint } from './endpoints.ts'
import { chunkIds } from './id-chunks.ts'
import { inParallel } from './in-parallel.ts'
import type { Query } from './query.ts'
import type { VendorRecord } from './records.ts'
import { fullPage, scan } from './scan.ts'
import type { Session } from './session.ts'

export interface Found {
  readonly records: VendorRecord[]
  readonly rejects: Reject[]
}

/** How a list is asked for the records of some ids, in as few requests as URLs allow. */
export async function readByIds(
  session: Session,
  endpoint: Endpoint,
  field: string,
  ids: readonly string[],
  { conditions, fields }: Pick<Query, 'conditions' | 'fields'>
): Promise<Found> {
  const queryFor = (chunk: readonly string[]) => ({ conditions: and(idIn(field, chunk), conditions), fields })
  const chunks = chunkIds(session, endpoint, ids, chunk => ({ ...queryFor(chunk), pageSize: fullPage }))
  return joined(await inParallel(chunks, chunk => readAll(session, endpoint, queryFor(chunk))))
}

/** All records of a list that is known to be small enough to hold. */
export async function readAll(
  session: Session,
  endpoint: Endpoint,
  query: Pick<Query, 'conditions' | 'fields'>
): Promise<Found> {
  const pages: Found[] = []
  for await (const { records, rejects } of scan({ session, endpoint, query })) {
    pages.push({ records: [...records], rejects: [...rejects] })
  }
  return joined(pages)
}

function joined(parts: readonly Found[]): Found {
  return { records: parts.flatMap(part => part.records), rejects: parts.flatMap(part => part.rejects) }
}
