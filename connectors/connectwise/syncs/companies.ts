/** The companies' side of both sync types. */
import { type Stamps, text } from 'integration-host/connector'
import {
  folded,
  listWithin,
  ofCompanyRecord,
  type Parents,
  type RecordOfCompany,
  type VendorRecord
} from 'integration-host/connector/kit'
import { beginsWith, changedSince } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { count, listOf, readBy, readPage } from '../api/lists.ts'
import type { Wanted } from '../resolve.ts'
import { isTrue, lastUpdated, nameOf, referredId } from '../values.ts'
import { activeCustomers, fitting, upTo } from './company-filter.ts'
import { openReading, type Reading } from './reading.ts'

export interface CompanyFacts {
  readonly types: readonly string[]
  readonly status: string | null
  readonly deleted: boolean
  readonly typeMatches: boolean
  readonly statusMatches: boolean
  readonly wanted: Pick<Wanted, 'types' | 'statuses'>
}
export type CompanyRecord = RecordOfCompany<CompanyFacts>

/** More than are returned: the vendor's wildcards may bring names that do not begin so. */
const namesLookedThrough = 50

/** @param fields that are read of a company */
export function companiesWith(fields: string): Parents<Reading> {
  const candidates = ({ session, wanted }: Reading) => fitting(session, activeCustomers(wanted), fields)
  return {
    one: 'company',
    list: 'companies',
    candidates: (reading, through) =>
      listOf(reading.session, endpoints.companies, {
        ...upTo(candidates(reading), through),
        fields,
        lacks: lacksFacts
      }),
    countCandidates: reading => count(reading.session, endpoints.companies, candidates(reading)),
    async idAt(reading, place) {
      const query = { ...candidates(reading), fields: 'id', orderBy: 'id asc', pageSize: 1, page: place }
      const [found] = await readPage(reading.session, endpoints.companies, query)
      return found && Number(found.id)
    },
    byIds: ({ session }, ids, idsOnly) =>
      readBy(session, endpoints.companies, 'id', ids, idsOnly ? { fields: 'id' } : { fields, lacks: lacksFacts }),
    changedSince: ({ session }, since, without) =>
      listOf(session, endpoints.companies, {
        conditions: changedSince(since, without),
        fields: 'id,_info/lastUpdated',
        shared: true
      }),
    named: ({ session }, name) =>
      readPage(session, endpoints.companies, {
        conditions: beginsWith('name', name),
        fields,
        orderBy: 'name asc',
        pageSize: namesLookedThrough
      }),
    isCandidate({ wanted }, company) {
      const { typeMatches, statusMatches, deleted } = factsOf(company, wanted)
      return typeMatches && statusMatches && !deleted
    },
    stamps: companyStamps,
    nameOf: ({ name }) => text(name) ?? ''
  }
}

export function companyStamps(company: unknown): Stamps {
  const at = lastUpdated(company)
  return at === undefined ? {} : { company: at }
}

/** A company of which the rules cannot say whether it takes part: a right may be missing, so it stays what it was. */
function lacksFacts({ id, types, status }: VendorRecord): string | undefined {
  if (!Array.isArray(types)) return `ConnectWise does not say of which types company ${id} is.`
  const hasStatus = referredId(status) !== undefined || nameOf(status) !== null
  return hasStatus ? undefined : `ConnectWise does not say which status company ${id} has.`
}

export function factsOf(company: VendorRecord, wanted: Wanted): CompanyFacts {
  const types = listWithin(company, 'types')
  return {
    types: types.map(nameOf).filter(name => name !== null),
    status: nameOf(company.status),
    deleted: isTrue(company.deletedFlag),
    typeMatches: types.some(type => isOneOf(type, wanted.types, wanted.typeIds)),
    statusMatches: isOneOf(company.status, wanted.statuses, wanted.statusIds),
    wanted
  }
}

/** By id where both sides have one; names are compared only in its stead. */
function isOneOf(reference: unknown, names: readonly string[], ids: ReadonlySet<string>): boolean {
  const id = referredId(reference)
  if (ids.size > 0 && id !== undefined) return ids.has(id)
  const name = nameOf(reference)
  return name !== null && names.some(wanted => folded(wanted) === folded(name))
}

/** What both sync types say of their records. */
export const ofCompany = {
  ...ofCompanyRecord,
  vendor: 'ConnectWise',
  open: openReading,
  version: ({ company }: CompanyRecord) => lastUpdated(company) ?? null
}

/** What SyncType.facts says of every company. */
export function companyFacts({ company, facts }: CompanyRecord) {
  return {
    name: text(company.name) ?? '',
    id: company.id,
    identifier: text(company.identifier),
    types: facts.types,
    status: facts.status,
    deletedOrMerged: facts.deleted
  }
}
