import { type Reject, SourceUnreadable, type Unread } from '../../../plugins/connector/contract.ts'
import { and, idBetween } from '../api/conditions.ts'
import { readByIds } from '../api/read-by-ids.ts'
import { type Found, referredId, type Unusable, type VendorRecord } from '../api/records.ts'
import { type List, readAll, suspicious } from '../api/scan.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'

/** Ids of companies: `after < id <= through`; null: no end. */
export interface Span {
  readonly after: number
  readonly through: number | null
}

/** The children of some companies. */
export interface Children {
  readonly byCompany: ReadonlyMap<string, readonly VendorRecord[]>
  /** What could not be read, by the company that may have it. */
  readonly unread: ReadonlyMap<string, readonly Unread[]>
  readonly notes: readonly Reject[]
  /** Entries that came, those of other companies and those that cannot be used included. */
  readonly seen: number
}

/** Children that are counted: those of any company, so that the spans of a pass together hold them all. */
export function ofAnyCompany({ conditions }: Pick<Composition<never>, 'conditions'>): string {
  return and('company/id>0', conditions)!
}

/**
 * By a span of company ids a thousand come with one request, those of other companies in between too; by a list of
 * company ids nothing comes that is not used.
 * @param span read even if none of the companies given is in it; absent: by the companies' ids, and all that they have
 */
export async function readChildren<R extends CompanyRecord>(
  { session }: Reading,
  composition: Composition<R>,
  ids: readonly string[],
  how: { readonly span?: Span; readonly all?: boolean }
): Promise<Children> {
  const { child, endpoint, childFields, conditions } = composition
  const list: List = {
    session,
    endpoint,
    query: { conditions: how.all ? undefined : conditions, fields: childFields },
    lacks: lacksCompany(child),
    tellBy: 'id,company/id'
  }
  const answers = how.span ? [{ ids, ...(await readSpan(list, how.span)) }] : await readByIds(list, 'company/id', ids)

  const byCompany = new Map<string, VendorRecord[]>(ids.map(id => [id, []]))
  const unread = new Map<string, Unread[]>()
  const notes: Reject[] = []
  let seen = 0
  for (const { ids: asked, records, unusable } of answers) {
    seen += records.length + unusable.length
    for (const record of records) byCompany.get(referredId(record.company)!)?.push(record)
    for (const [id, keys] of unreadOf(child, asked, unusable)) unread.set(id, [...(unread.get(id) ?? []), ...keys])
    notes.push(...unusable.map(noteOf))
  }
  return { byCompany, unread, notes, seen }
}

export function lacksCompany(child: string) {
  return ({ id, company }: VendorRecord) =>
    referredId(company) === undefined ? `The ${child} ${id} belongs to no company that ConnectWise shows.` : undefined
}

async function readSpan(list: List, { after, through }: Span): Promise<Found> {
  const within = idBetween('company/id', String(after), through === null ? null : String(through))
  const found = await readAll({ ...list, query: { ...list.query, conditions: and(within, list.query.conditions) } })
  for (const { company } of found.records) {
    const id = Number(referredId(company))
    // What is read twice would make up for what is not read at all.
    if (id <= after || (through !== null && id > through)) {
      throw new SourceUnreadable(`ConnectWise sent entries of ${list.endpoint.path} that were not asked for.`, 'shape')
    }
  }
  return found
}

/** An entry whose company is not known may be any company's of the answer. */
function unreadOf(child: string, asked: readonly string[], unusable: readonly Unusable[]): [string, Unread[]][] {
  const found: [string, Unread[]][] = []
  const strays: Unread[] = []
  for (const { id, reason, payload } of unusable) {
    const one = { key: id === undefined ? child : `${child}:${id}`, reason }
    const company = referredId((payload as { company?: unknown } | null)?.company)
    if (company === undefined) strays.push(one)
    else if (asked.includes(company)) found.push([company, [one]])
  }
  const shared = strays.length < suspicious ? strays : [{ key: child, reason: strays[0]!.reason }]
  if (shared.length > 0) for (const id of asked) found.push([id, shared])
  return found
}

/** The host's record is the company: a child that is set aside is a note, and no record with an id of its own. */
export function noteOf({ reason, payload }: Unusable): Reject {
  return { reason, payload, child: true }
}

/** @returns one record for each company, in their order, and how many children came for them */
export async function compose<R extends CompanyRecord>(
  reading: Reading,
  composition: Composition<R>,
  companies: readonly CompanyRecord[],
  how: { readonly span?: Span; readonly all?: boolean }
): Promise<{ records: readonly R[]; notes: Reject[]; seen: number }> {
  const ids = companies.map(({ company }) => company.id)
  const children = await readChildren(reading, composition, ids, how)
  const { records, notes } = await composition.make(reading, companies, children)
  return { records, notes: [...children.notes, ...notes], seen: children.seen }
}
