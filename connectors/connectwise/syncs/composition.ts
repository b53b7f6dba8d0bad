import type { CallContext, Reject, Rule, Stamps } from '../../../plugins/connector/contract.ts'
import type { Endpoint } from '../api/endpoints.ts'
import { lastUpdated, type VendorRecord } from '../api/records.ts'
import { openSession, type Session } from '../api/session.ts'
import type { Settings } from '../settings.ts'
import type { CompanyFacts } from './company-facts.ts'

/** The part of every record that the rules and the poll need. */
export interface CompanyRecord {
  readonly company: VendorRecord
  readonly facts: CompanyFacts
}

export interface Composed<R> {
  /** One for each company given, in their order. */
  readonly records: readonly R[]
  /** Children that cannot be used; the record is the company, so they carry no id. */
  readonly rejects: readonly Reject[]
  /** Children met that belong to none of the companies given. */
  readonly strangers: readonly VendorRecord[]
}

/** The ids that the companies given are all of: `after < id <= through`, null for no bound. */
export interface IdSpan {
  readonly after: string | null
  readonly through: string | null
}

/** How one sync type makes its record of a company: all that differs between the two. */
export interface Composition<R extends CompanyRecord> {
  readonly child: 'contact' | 'agreement'
  /** Where changed children are seen. */
  readonly children: Endpoint
  readonly companyFields: string
  readonly childWatchFields: string
  readonly rules: readonly Rule<R>[]
  /** A child can make a company take part that did not before. */
  readonly childBringsCompany: boolean
  /** Whether a child takes part; one that does not counts as changed only if it did before. */
  isRelevant(child: VendorRecord): boolean
  /** The record of a company whose children do not matter, since it fails a rule. */
  bare(record: CompanyRecord): R
  /** @param span given in a complete pass, where children may be read by range. */
  compose(reading: Reading, companies: readonly CompanyRecord[], span?: IdSpan): Promise<Composed<R>>
}

/** What one call works with. */
export interface Reading {
  readonly context: CallContext
  readonly session: Session
  readonly settings: Settings
  /** The day, UTC, for which costs are reckoned. */
  readonly asOf: string
}

export function openReading(context: CallContext, stop?: AbortSignal): Reading {
  return {
    context,
    session: openSession(context, stop),
    settings: context.settings as Settings,
    asOf: context.now().toISOString().slice(0, 10)
  }
}

export function stampsOf(company: VendorRecord, child: string, children: readonly VendorRecord[]): Stamps {
  // Without a prototype: names of their own for each record would make a new hidden class with each of them.
  const stamps: Record<string, string> = Object.create(null)
  const own = lastUpdated(company)
  if (own !== undefined) stamps.company = own
  for (const one of children) {
    const changed = lastUpdated(one)
    if (changed !== undefined) stamps[`${child}:${one.id}`] = changed
  }
  return stamps
}
