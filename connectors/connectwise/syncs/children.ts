import type { Reject } from '../../../plugins/connector/contract.ts'
import { and, idBetween } from '../api/conditions.ts'
import type { Endpoint } from '../api/endpoints.ts'
import { type Found, readAll, readByIds } from '../api/read-by-ids.ts'
import { referredId, type VendorRecord } from '../api/records.ts'
import type { Session } from '../api/session.ts'

interface Wish {
  readonly conditions?: string | undefined
  readonly fields: string
}

/** Children by a list of company ids: nothing is sent that is not used. */
export function ofCompanies(session: Session, endpoint: Endpoint, ids: readonly string[], wish: Wish): Promise<Found> {
  return readByIds(session, endpoint, 'company/id', ids, wish)
}

/** Children by a range of company ids: a thousand come with one request, those of other companies in between too. */
export function ofSpan(
  session: Session,
  endpoint: Endpoint,
  span: { readonly after: string | null; readonly through: string | null },
  { conditions, fields }: Wish
): Promise<Found> {
  const within = idBetween('company/id', span.after, span.through)
  return readAll(session, endpoint, { conditions: and(within, conditions), fields })
}

export interface Grouped {
  readonly byCompany: ReadonlyMap<string, readonly VendorRecord[]>
  readonly strangers: readonly VendorRecord[]
}

/** Children to their companies; those of a company that is not among the ids are strangers. */
export function groupByCompany(children: readonly VendorRecord[], ids: readonly string[]): Grouped {
  const byCompany = new Map<string, VendorRecord[]>(ids.map(id => [id, []]))
  const strangers: VendorRecord[] = []
  for (const child of children) (byCompany.get(referredId(child.company) ?? '') ?? strangers).push(child)
  return { byCompany, strangers }
}

/** The host's record is the company: the id of a child that is set aside would be taken for a company's. */
export function withoutIds(rejects: readonly Reject[]): Reject[] {
  return rejects.map(({ externalId, reason, ...rest }) => ({
    ...rest,
    reason: externalId === undefined ? reason : `${reason} Its id is ${externalId}.`
  }))
}
