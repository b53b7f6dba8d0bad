import { and, idIn } from './conditions.ts'
import { inParallel } from './in-parallel.ts'
import { type Query, urlLimit } from './query.ts'
import type { Found } from './records.ts'
import { fullPage, type List, readAll } from './scan.ts'

/** Room for a page id and a larger codebase after an upgrade in mid-run. */
const reserve = '&pageId='.length + 15 + 10

export interface Answer extends Found {
  /** What was asked for. */
  readonly ids: readonly string[]
}

/** Asks a list for the records of some ids, in as few requests as URLs allow. @param field by which an id is meant */
export function readByIds(list: List, field: string, ids: readonly string[]): Promise<Answer[]> {
  const queryFor = (some: readonly string[]): Query => ({
    ...list.query,
    conditions: and(idIn(field, some), list.query.conditions)
  })
  return inParallel(chunks(list, ids, queryFor([])), async some => ({
    ids: some,
    ...(await readAll({ ...list, query: queryFor(some) }))
  }))
}

/** Cuts ids into lists that fit one URL, counted as it is sent. */
function chunks({ session, endpoint }: List, ids: readonly string[], query: Query): string[][] {
  const empty = session.urlLength(endpoint, { ...query, pageSize: fullPage }) + reserve
  const found: string[][] = []
  let length = urlLimit
  for (const id of ids) {
    length += id.length + 1
    if (length < urlLimit) found.at(-1)!.push(id)
    else {
      found.push([id])
      length = empty + id.length
    }
  }
  return found
}
