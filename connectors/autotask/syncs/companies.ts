/** The companies' side of both sync types. Company 0, the MSP itself, is in no list: they begin beyond it. */
import { type Rule, type Stamps, text, type Unread } from 'integration-host/connector'
import {
  labelIn,
  latest,
  type Parents,
  quoted,
  readSome,
  typeRule,
  utc,
  type VendorRecord
} from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { changedSince, type Filter, mostValues, oneOf } from '../api/filter.ts'
import { count, fullPage, labelsOf, listOf, readBy } from '../api/lists.ts'
import { openReading, type Reading } from './reading.ts'

/** What the rules look at, worked out when the company is read, so that a rule needs neither settings nor labels. */
export interface CompanyFacts {
  /** The label; null: a number without one. */
  readonly type: string | null
  readonly typeMatches: boolean
  readonly isActive: boolean
  readonly wantedTypes: readonly string[]
}

/** The part of every record that the rules and the poll need. */
export interface CompanyRecord {
  readonly company: VendorRecord
  readonly facts: CompanyFacts
  readonly unread: readonly Unread[]
}

/** The first covers fields that are tracked, which ones is not documented; the second moves with notes and tickets too. */
const stampFields = { tracked: 'lastTrackedModifiedDateTime', activity: 'lastActivityDate' } as const
const stampNames = Object.values(stampFields)

export const ofWantedType = ({ typeIds }: Reading): Filter => [oneOf('companyType', [...typeIds])]
export const activeCustomers = (reading: Reading): Filter => [
  ...ofWantedType(reading),
  { op: 'eq', field: 'isActive', value: true }
]
export const allCompanies: Filter = [{ op: 'gt', field: 'id', value: 0 }]

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
  countCandidates: reading =>
    count(reading.session, entities.companies, [...activeCustomers(reading), ...allCompanies]),
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
  const record = (typeof company === 'object' && company !== null ? company : {}) as Record<string, unknown>
  const marks = Object.entries(stampFields).map(([name, field]) => [name, utc(record[field])] as const)
  return Object.fromEntries(marks.filter((mark): mark is [string, string] => mark[1] !== undefined))
}

/** What both sync types say of their records. */
export const ofCompany = {
  vendor: 'Autotask',
  parents: companies,
  open: openReading,
  id: ({ company }: CompanyRecord) => company.id,
  unread: ({ unread }: CompanyRecord) => unread,
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

export const isOfType = typeRule<Pick<CompanyRecord, 'facts'>>(
  ({ facts: { typeMatches, type, wantedTypes } }) =>
    typeMatches || `Type is ${type === null ? 'a number without a label' : `"${type}"`}, not ${quoted(wantedTypes)}`
)
export const isActive: Rule<Pick<CompanyRecord, 'facts'>> = {
  name: 'status',
  title: 'Status must be Active',
  short: 'inactive',
  about: 'client',
  test: ({ facts }) => facts.isActive || 'Status is Inactive'
}
/** When a company counts as an active customer; both sync types begin with these. */
export const activeCustomerRules = [isOfType, isActive]

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
