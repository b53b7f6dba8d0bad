import { type CallContext, type Preview, text } from '../../../plugins/connector/contract.ts'
import { endpoints } from '../api/endpoints.ts'
import { count, readFirstPage } from '../api/list.ts'
import { referredId } from '../api/records.ts'
import { fullPage, scan } from '../api/scan.ts'
import type { Session } from '../api/session.ts'
import { factsOf } from './company-facts.ts'
import { activeCustomers, type Filter, ofWantedStatus, ofWantedType } from './company-filter.ts'
import { openReading } from './composition.ts'
import { activeCustomerRules } from './rules.ts'
import { namesOf, readSetup, resolve } from './wanted.ts'

/** Names shown on each side. */
const shown = 5
/** Companies looked through for examples of what is left out. */
const sampled = 100

/** The counts that both sync types begin with, and what the agreements' preview goes on from. */
export interface CompanyPreview extends Omit<Preview, 'expectedRequests'> {
  /** Finds the companies counted as matched; undefined if there can be none. */
  readonly filter: Filter | undefined
  readonly session: Session
}

/** Every company counts once: as matched, or for the first rule that it fails. */
export async function previewCompanies(context: CallContext): Promise<CompanyPreview> {
  const { session, settings } = openReading(context)
  const setup = await readSetup(session)
  const wanted = resolve(settings, setup)
  const fields = 'id,name,status/id,status/name,types,deletedFlag'
  const counted = async (filter: Filter, canMatch: boolean) =>
    canMatch ? count(session, endpoints.companies, filter) : 0
  const hasTypes = wanted.typeIds.size > 0
  const hasBoth = hasTypes && wanted.statusIds.size > 0
  const all = await counted({}, true)
  const ofType = await counted(ofWantedType(wanted), hasTypes)
  const ofStatus = hasBoth ? await counted(ofWantedStatus(wanted), true) : 0
  const matched = hasBoth ? await counted(activeCustomers(wanted), true) : 0
  const filter = hasBoth ? activeCustomers(wanted) : undefined

  const examples = await readFirstPage(session, endpoints.companies, { fields, pageSize: sampled })
  const leftOut = examples.flatMap(company => {
    const facts = factsOf(company, wanted)
    const failed = activeCustomerRules.find(rule => rule.test({ facts }) !== true)
    return failed ? [{ name: text(company.name) ?? company.id, rule: failed.name }] : []
  })
  return {
    counts: {
      matched,
      leftOut: [
        { rule: 'type', count: all - ofType },
        { rule: 'status', count: ofType - ofStatus },
        { rule: 'not-deleted', count: ofStatus - matched }
      ]
    },
    samples: { matched: filter ? await firstNames(session, filter) : [], leftOut: leftOut.slice(0, shown) },
    types: namesOf(setup.types),
    statuses: namesOf(setup.statuses),
    filter,
    session
  }
}

async function firstNames(session: Session, filter: Filter): Promise<string[]> {
  const found = await readFirstPage(session, endpoints.companies, { ...filter, fields: 'id,name', pageSize: shown })
  return found.map(({ id, name }) => text(name) ?? id)
}

/** Of the customers counted as matched, those with an agreement: read by id alone. */
export async function previewAgreements(context: CallContext): Promise<Preview> {
  const { filter, session, ...companies } = await previewCompanies(context)
  const withAgreement = new Set<string>()
  let agreements = 0
  for await (const page of scan({ session, endpoint: endpoints.agreements, query: { fields: 'id,company/id' } })) {
    agreements += page.records.length
    for (const { company } of page.records) {
      const id = referredId(company)
      if (id !== undefined) withAgreement.add(id)
    }
  }
  const names: string[] = []
  const without: { name: string; rule: string }[] = []
  let matched = 0
  const query = { ...filter, fields: 'id,name' }
  for await (const page of filter ? scan({ session, endpoint: endpoints.companies, query }) : []) {
    for (const { id, name } of page.records) {
      if (withAgreement.has(id)) {
        matched++
        if (names.length < shown) names.push(text(name) ?? id)
      } else if (without.length < shown) without.push({ name: text(name) ?? id, rule: 'has-agreement' })
    }
  }
  const { counts, samples, types, statuses } = companies
  return {
    counts: { matched, leftOut: [...counts.leftOut, { rule: 'has-agreement', count: counts.matched - matched }] },
    samples: {
      matched: names,
      leftOut: [...samples.leftOut.slice(0, shown - Math.min(without.length, 2)), ...without].slice(0, shown)
    },
    types,
    statuses,
    // Setup and count, companies, agreements, additions in bundles of 50, and the catalogue.
    expectedRequests: 3 + pages(counts.matched) + pages(agreements) + Math.ceil(agreements / 50) + 1
  }
}

export async function previewCustomers(context: CallContext): Promise<Preview> {
  const { filter: _filter, session, ...preview } = await previewCompanies(context)
  const contacts =
    preview.counts.matched === 0 ? 0 : await count(session, endpoints.contacts, { conditions: 'inactiveFlag=False' })
  return {
    ...preview,
    expectedRequests:
      3 + pages(preview.counts.matched) + Math.max(pages(contacts), Math.ceil(preview.counts.matched / 200))
  }
}

const pages = (records: number) => Math.max(1, Math.ceil(records / fullPage))
