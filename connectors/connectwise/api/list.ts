import type { Endpoint } from './endpoints.ts'
import type { Query } from './query.ts'
import { readCount, readRecords, type VendorRecord } from './records.ts'
import type { Session } from './session.ts'

/** The first page of a list, for lists that fit one page and for samples. */
export async function readFirstPage(session: Session, endpoint: Endpoint, query: Query): Promise<VendorRecord[]> {
  const { body } = await session.ask(endpoint, { query })
  return readRecords(body, endpoint.path).records
}

export async function count(session: Session, endpoint: Endpoint, query: Query): Promise<number> {
  const { conditions, childConditions } = query
  const path = `${endpoint.path}/count`
  return readCount(await session.ask({ ...endpoint, path }, { query: { conditions, childConditions } }), endpoint.path)
}
