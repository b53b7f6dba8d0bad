import type { HttpRequest } from 'integration-host/connector'
import {
  type Answer,
  chunksOf,
  type KeysetList,
  readByIds,
  readCount,
  readRecords,
  type VendorRecord,
  within
} from 'integration-host/connector/kit'
import { and, idIn } from './conditions.ts'
import type { Endpoint } from './endpoints.ts'
import { type Query, urlLimit } from './query.ts'
import type { Session } from './session.ts'

/** The vendor's largest page. */
export const fullPage = 1000
/** Room for a page id and a larger codebase after an upgrade in mid-run. */
const reserve = '&pageId='.length + 15 + 10

export type Question = Pick<Query, 'conditions' | 'childConditions' | 'fields'> &
  Pick<KeysetList, 'lacks'> &
  Pick<HttpRequest, 'shared'>

/** A list in the order of ids: forward-only paging. */
export function listOf(session: Session, endpoint: Endpoint, question: Question): KeysetList {
  const { lacks, shared = false, ...query } = question
  return {
    what: `ConnectWise ${endpoint.path}`,
    fullPage,
    pageSizes: session.pageSizes,
    lacks,
    async page({ after, size, idsOnly, attempts }) {
      const page = { pageSize: size, pageId: after > 0 ? after : undefined }
      const { body, headers } = await session.ask(endpoint, {
        query: { ...query, ...(idsOnly && { fields: 'id' }), ...page },
        forwardOnly: true,
        shared,
        attempts
      })
      // Always there on forward-only answers, unless some gateway took it off.
      return { entries: body, more: headers.link === undefined ? undefined : /rel="?next"?/i.test(headers.link) }
    }
  }
}

export async function count(session: Session, endpoint: Endpoint, question: Question): Promise<number> {
  const { conditions, childConditions } = question
  const path = `${endpoint.path}/count`
  const { body } = await session.ask({ ...endpoint, path }, { query: { conditions, childConditions } })
  return readCount(within(body, 'count'), `ConnectWise ${path}`)
}

/** Records of some ids, in as few requests as URLs allow, counted as they are sent. @param field by which an id is meant */
export function readBy(
  session: Session,
  endpoint: Endpoint,
  field: string,
  ids: readonly string[],
  question: Question
): Promise<readonly Answer[]> {
  const of = (some: readonly string[]) => ({ ...question, conditions: and(idIn(field, some), question.conditions) })
  const { lacks: _, shared: __, ...query } = of([])
  const empty = session.urlLength(endpoint, { ...query, pageSize: fullPage }) + reserve
  const chunks = chunksOf(ids, urlLimit - empty, id => id.length + 1)
  return readByIds(chunks, some => listOf(session, endpoint, of(some)))
}

/** A page in another order than that of ids. */
export async function readPage(session: Session, endpoint: Endpoint, query: Query): Promise<VendorRecord[]> {
  const { body } = await session.ask(endpoint, { query })
  return readRecords(body, `ConnectWise ${endpoint.path}`).records
}
