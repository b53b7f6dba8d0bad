/** The companies' side of both sync types. Company 0, the MSP itself, is in no list: they begin beyond it. */
import { type Stamps, text } from 'integration-host/connector'
import {
  labelIn,
  latest,
  ofCompanyRecord,
  type Parents,
  type RecordOfCompany,
  readSome,
  utc,
  type VendorRecord,
  within
} from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { changedSince, type Filter, mostValues, oneOf } from '../api/filter.ts'
import { count, fullPage, labelsOf, listOf, readBy } from '../api/lists.ts'
import { openReading, type Reading } from './reading.ts'

export interface CompanyFacts {
  /** The label; null: a number without one. */
  readonly type: string | null
  readonly typeMatches: boolean
  readonly isActive: boolean
  readonly wantedTypes: readonly string[]
}
export type CompanyRecord = RecordOfCompany<CompanyFacts>

/** The first covers fields that are tracked, which ones is not documented; the second moves with notes and tickets too. */
const stampFields = { tracked: 'lastTrackedModifiedDateTime', activity: 'lastActivityDate' } as const
const stampNames = Object.values(stampFields)

export const ofWantedType = ({ typeIds }: Reading): Filter => [oneOf('companyType', [...typeIds])]
export const activeCustomers = (reading: Reading): Filter => [
  ...ofWantedType(reading),
  { op: 'eq', field: 'isActive', value: true }
]

/** How many companies a filter lets through, but for the MSP's own. */
export const counting = (filter: (reading: Reading) => Filter) => (reading: Reading) =>
  count(reading.session, entities.companies, [...filter(reading), { op: 'gt', field: 'id', value: 0 }])

/** A company of which the rules cannot say whether it takes part stays what it was. */
export function lacksFacts({ id, companyType, isActive }: VendorRecord): string | undefined {
  if (text(companyType) === null) return `Autotask does not say of which type company ${id} is.`
  return typeof isActive === 'boolean' ? undefined : `Autotask does not say whether company ${id} is active.`
}

const list = ({ session }: Reading, filter: Filter) =>
  listOf(session, entities.companies, { filter, lacks: lacksFacts })

export const companies: Parents<Reading> = {
  one: 'company',
  list: 'companies',
  candidates(reading, through) {
    const upTo: Filter = through === null ? [] : [{ op: 'lte', field: 'id', value: through }]
    return list(reading, [...activeCustomers(reading), ...upTo])
  },
  countCandidates: counting(activeCustomers),
  byIds: ({ session }, ids, idsOnly) =>
    readBy(session, entities.companies, 'id', ids, {
      filter: [],
      ...(idsOnly ? { fields: ['id'] } : { lacks: lacksFacts })
    }),
  changedSince: ({ session }, since, without) =>
    listOf(session, entities.companies, {
      filter: [changedSince(since, stampNames), ...leavingOut(without)],
      fields: stampNames,
      shared: true
    }),
  named: (reading, name) =>
    readSome(list(reading, [{ op: 'beginsWith', field: 'companyName', value: name.slice(0, 100) }]), fullPage),
  isCandidate: ({ typeIds }, company) => typeIds.has(text(company.companyType) ?? '') && company.isActive === true,
  stamps: companyStamps,
  nameOf: ({ companyName }) => text(companyName) ?? ''
}

/** Ids that cannot be sent; more than a question holds are asked for again. */
export function leavingOut(ids: readonly string[]): Filter {
  return ids.length === 0 ? [] : [{ op: 'notIn', field: 'id', value: ids.slice(-mostValues).map(Number) }]
}

export function companyStamps(company: unknown): Stamps {
  const marks = Object.entries(stampFields).flatMap(([name, field]) => {
    const at = utc(within(company, field))
    return at === undefined ? [] : [[name, at] as const]
  })
  return Object.fromEntries(marks)
}

/** What both sync types say of their records. */
export const ofCompany = {
  ...ofCompanyRecord,
  vendor: 'Autotask',
  parents: companies,
  open: openReading,
  /** The newest of its marks, always as long: versions are compared as text. */
  version({ company }: CompanyRecord): string | null {
    const at = latest(Object.values(companyStamps(company)))
    return at === undefined ? null : new Date(at).toISOString()
  }
}

/** Labels are asked for only where a number has to be shown. */
export async function factsOf(
  reading: Reading,
  companies: readonly VendorRecord[]
): Promise<(company: VendorRecord) => CompanyFacts> {
  const { typeIds, settings } = reading
  const isWanted = ({ companyType }: VendorRecord) => typeIds.has(text(companyType) ?? '')
  const labels = companies.every(isWanted) ? [] : await labelsOf(reading.session, entities.companies, 'companyType')
  return company => ({
    type: labelIn(labels, company.companyType),
    typeMatches: isWanted(company),
    isActive: company.isActive === true,
    wantedTypes: settings.types
  })
}

/** What SyncType.facts says of every company. */
export function companyFacts({ company, facts }: CompanyRecord) {
  return {
    name: text(company.companyName) ?? '',
    id: company.id,
    type: facts.type ?? (facts.typeMatches ? facts.wantedTypes.join(' or ') : text(company.companyType)),
    status: facts.isActive ? 'Active' : 'Inactive',
    ...companyStamps(company)
  }
}
