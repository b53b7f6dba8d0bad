import { referredId, type VendorRecord } from '../api/records.ts'
import { folded, isTrue, nameOf } from '../mappings/references.ts'
import type { Wanted } from '../resolve.ts'

/** What the rules look at, worked out when the company is read, so that a rule needs neither settings nor setup tables. */
export interface CompanyFacts {
  readonly types: readonly string[]
  readonly status: string | null
  readonly deleted: boolean
  readonly typeMatches: boolean
  readonly statusMatches: boolean
  readonly wanted: Pick<Wanted, 'types' | 'statuses'>
}

/** A company of which the rules cannot say whether it takes part: a right may be missing, so it stays what it was. */
export function lacksFacts({ id, types, status }: VendorRecord): string | undefined {
  if (!Array.isArray(types)) return `ConnectWise does not say of which types company ${id} is.`
  const hasStatus = referredId(status) !== undefined || nameOf(status) !== null
  return hasStatus ? undefined : `ConnectWise does not say which status company ${id} has.`
}

export function factsOf(company: VendorRecord, wanted: Wanted): CompanyFacts {
  const types: unknown[] = Array.isArray(company.types) ? company.types : []
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

export function isActiveCustomer({ typeMatches, statusMatches, deleted }: CompanyFacts): boolean {
  return typeMatches && statusMatches && !deleted
}

/** `"Customer" or "Client"` */
export function quoted(names: readonly string[], between: string): string {
  return names.map(name => `"${name}"`).join(between)
}
