import type { Endpoint } from './endpoints.ts'
import { type Query, urlLimit } from './query.ts'
import type { Session } from './session.ts'

/** Room for a page id and a larger codebase after an upgrade in mid-run. */
const reserve = '&pageId='.length + 15 + 10

/**
 * Cuts ids into lists that fit one URL, counted as it is sent.
 * @param queryFor the query that a list will be asked with.
 */
export function chunkIds(
  session: Session,
  endpoint: Endpoint,
  ids: readonly string[],
  queryFor: (ids: readonly string[]) => Query
): string[][] {
  const chunks: string[][] = []
  const empty = session.urlLength(endpoint, queryFor([])) + reserve
  let length = urlLimit
  for (const id of ids) {
    const chunk = chunks.at(-1)
    const longer = length + id.length + 1
    if (chunk && longer < urlLimit) {
      chunk.push(id)
      length = longer
    } else {
      chunks.push([id])
      length = empty + id.length
    }
  }
  return chunks
}
