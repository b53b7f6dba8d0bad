import { type CallContext, CredentialsRejected, PermissionMissing } from '../../../plugins/connector/contract.ts'
import type { Endpoint } from '../api/endpoints.ts'
import { count } from '../api/list.ts'
import { readRecords, type VendorRecord } from '../api/records.ts'
import type { Ask, Session } from '../api/session.ts'
import { howToGrant, rights } from '../permissions.ts'
import { inWords } from './failure-words.ts'
import { type CheckName, failed, type Outcome } from './outcome.ts'

/** A list as the sync asks for it; a page of it is read, and it is counted. */
export interface Question {
  readonly endpoint: Endpoint
  readonly query: NonNullable<Ask['query']>
}

/** What a question that failed means for the check that asked it. */
export function outcomeOf(name: CheckName, failure: unknown, { signal }: CallContext, endpoint: Endpoint): Outcome {
  const { permission } = endpoint
  if (failure instanceof PermissionMissing && permission) {
    const message = `The API member may not read this: its security role lacks "${rights[permission].name}".`
    return failed(name, message, howToGrant(permission))
  }
  if (failure instanceof CredentialsRejected) return failed(name, failure.message, 'Type the credentials again.')
  const { message, fix } = inWords(failure, signal)
  return failed(name, message, fix)
}

/** One page, forward-only as every list is read; after it, if the vendor says that more follows, one more. */
export async function readTwoPages(session: Session, { endpoint, query }: Question): Promise<VendorRecord[]> {
  const ask = (pageId?: number) =>
    session.ask(endpoint, { query: { ...query, pageId }, forwardOnly: true, attempts: 2 })
  const first = await ask()
  const { records } = readRecords(first.body, endpoint.path)
  const last = records.at(-1)
  if (!last || !/rel="?next"?/i.test(first.headers.link ?? '')) return records
  const next = readRecords((await ask(Number(last.id))).body, endpoint.path).records
  return [...records, ...next]
}

/** The same question as a count, which a sync compares its lists with. */
export const countOf = (session: Session, { endpoint, query }: Question): Promise<number> =>
  count(session, endpoint, query)
