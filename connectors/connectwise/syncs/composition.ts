import type { CallContext, Rule, Stamps, Unread } from '../../../plugins/connector/contract.ts'
import { type Catalogue, openCatalogue } from '../api/catalogue.ts'
import type { Endpoint } from '../api/endpoints.ts'
import { lastUpdated, type VendorRecord } from '../api/records.ts'
import { openSession, type Session } from '../api/session.ts'
import { type Wanted, wantedOf } from '../resolve.ts'
import type { Children } from './children.ts'
import type { CompanyFacts } from './company-facts.ts'
import type { lookAtAdditions } from './rotation.ts'

/** The part of every record that the rules and the poll need. */
export interface CompanyRecord {
  readonly company: VendorRecord
  readonly facts: CompanyFacts
  /** What of it could not be read. @default nothing */
  readonly unread?: readonly Unread[] | undefined
}

/** How one sync type makes its record of a company: all that differs between the two. */
export interface Composition<R extends CompanyRecord> {
  /** What its children are called in stamp keys, and where they are listed. */
  readonly child: 'contact' | 'agreement'
  readonly endpoint: Endpoint
  readonly companyFields: string
  readonly childFields: string
  /** What a poll asks of changed children. */
  readonly watchFields: string
  /** Of the children that take part, if others do not. */
  readonly conditions?: string
  readonly rules: readonly Rule<R>[]
  /** A child can make a company take part that did not before. */
  readonly childBringsCompany: boolean
  /** Whether a changed child can change anything for a company that has no stamp of it. */
  isRelevant(child: VendorRecord): boolean
  /** For changes that no list shows. */
  readonly lookInRotation?: typeof lookAtAdditions
  stamps(record: R): Stamps
  /** The record of a company whose children do not matter, since it fails a rule. */
  bare(record: CompanyRecord): R
  /** One record for each company, in their order. */
  make(reading: Reading, companies: readonly CompanyRecord[], children: Children): Promise<readonly R[]>
}

/** What one call works with. */
export interface Reading<R extends CompanyRecord = any> {
  readonly context: CallContext
  readonly composition: Composition<R>
  readonly session: Session
  readonly wanted: Wanted
  /** The day, UTC, for which costs are reckoned. */
  readonly asOf: string
  readonly catalogue: Catalogue
}

/** @param stop ends its calls before the context's own signal does. */
export function openReading<R extends CompanyRecord>(
  context: CallContext,
  composition: Composition<R>,
  stop?: AbortSignal
): Reading<R> {
  const session = openSession(context, stop)
  const asOf = context.now().toISOString().slice(0, 10)
  return { context, composition, session, wanted: wantedOf(context), asOf, catalogue: openCatalogue(session) }
}

/** The change marks of a company and its children; a child without one is listed all the same. */
export function stampsOf(
  company: VendorRecord,
  child: string,
  children: readonly VendorRecord[]
): Record<string, string> {
  // Without a prototype: names of their own for each record would make a new hidden class with each of them.
  const stamps: Record<string, string> = Object.create(null)
  const own = lastUpdated(company)
  if (own !== undefined) stamps.company = own
  for (const one of children) stamps[`${child}:${one.id}`] = lastUpdated(one) ?? ''
  return stamps
}
