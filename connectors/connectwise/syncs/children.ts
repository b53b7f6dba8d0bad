import { type Reject, SourceUnreadable, type Unread } from '../../../plugins/connector/contract.ts'
import { and, idBetween } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { readByIds } from '../api/read-by-ids.ts'
import { type Found, lastUpdated, referredId, type VendorRecord } from '../api/records.ts'
import { type List, readAll } from '../api/scan.ts'
import type { CompanyRecord, Composition, Reading } from './composition.ts'
import { unreadOf } from './unread-children.ts'

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
}

/** Children that are counted: those of any company, so that the spans of a pass together hold them all. */
export function ofAnyCompany({ conditions }: Pick<Composition<never>, 'conditions'>): string {
  return and('company/id>0', conditions)!
}

/** What of the children is read. */
export interface Wish {
  /** By a span of company ids, those of other companies in it too: a thousand come with one request. Else by the companies' ids. */
  readonly span?: Span
  /** Those too that take no part. */
  readonly all?: boolean
}

/** @returns one record for each company, in their order, how many children came, and those of other companies */
export async function compose<R extends CompanyRecord>(
  reading: Reading<R>,
  companies: readonly CompanyRecord[],
  wish: Wish
): Promise<{ records: readonly R[]; seen: number; strangers: readonly VendorRecord[] }> {
  const { composition } = reading
  const { child, endpoint, childFields, conditions } = composition
  const ids = companies.map(({ company }) => company.id)
  const query = { conditions: wish.all ? undefined : conditions, fields: childFields }
  const list: List = { session: reading.session, endpoint, query, lacks: lacksCompany(child) }
  const answers = wish.span ? [{ ids, ...(await readSpan(list, wish.span)) }] : await readByIds(list, 'company/id', ids)

  const byCompany = new Map<string, VendorRecord[]>(ids.map(id => [id, []]))
  const strangers: VendorRecord[] = []
  for (const { records } of answers)
    for (const record of records) (byCompany.get(referredId(record.company)!) ?? strangers).push(record)
  const unread = new Map<string, readonly Unread[]>()
  for (const answer of answers) for (const [id, keys] of await unreadOf(list, child, answer)) unread.set(id, keys)
  return {
    records: await composition.make(reading, companies, { byCompany, unread }),
    strangers,
    seen: answers.reduce((sum, { records, unusable }) => sum + records.length + unusable.length, 0)
  }
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

/** Notes of those whose company the vendor does not have: nobody can be shown them under. */
export async function orphans(reading: Reading, strangers: readonly VendorRecord[]): Promise<Reject[]> {
  const { session, composition } = reading
  const ids = [...new Set(strangers.map(({ company }) => referredId(company)!))]
  const list = { session, endpoint: endpoints.companies, query: { fields: 'id' } }
  const found = new Set((await readByIds(list, 'id', ids)).flatMap(({ records }) => records.map(({ id }) => id)))
  const lost = strangers.filter(({ company }) => !found.has(referredId(company)!))
  return lost.map(one => ({
    reason: `The ${composition.child} ${one.id} belongs to company ${referredId(one.company)}, which ConnectWise does not have.`,
    payload: one,
    stamps: { [`${composition.child}:${one.id}`]: lastUpdated(one) ?? '' },
    child: true
  }))
}
