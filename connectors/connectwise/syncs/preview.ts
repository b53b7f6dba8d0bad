import { type CallContext, type Preview, text } from '../../../plugins/connector/contract.ts'
import { bundleSize } from '../api/bundles.ts'
import { type Endpoint, endpoints } from '../api/endpoints.ts'
import { count, readFirstPage } from '../api/list.ts'
import type { Query } from '../api/query.ts'
import { referredId, type VendorRecord } from '../api/records.ts'
import { fullPage, scan } from '../api/scan.ts'
import { openSession } from '../api/session.ts'
import { namesOf, readSetup, wantedOf } from '../resolve.ts'
import { factsOf } from './company-facts.ts'
import { activeCustomers, type Filter, ofWantedStatus, ofWantedType } from './company-filter.ts'
import { withContacts } from './compose-contacts.ts'
import { activeCustomerRules } from './rules.ts'

/** Names shown on each side. */
const shown = 5
/** Companies looked through for examples of what is left out. */
const sampled = 100

/** undefined when the time is over before the answer came. */
async function inTime<T>({ signal }: CallContext, answer: Promise<T>): Promise<T | undefined> {
  return answer.catch(failure => {
    if (!signal.aborted) throw failure
    return undefined
  })
}

/** What both sync types begin with: every company counts once, as matched or for the first rule that it fails. */
async function previewCompanies(context: CallContext) {
  const session = openSession(context)
  const wanted = wantedOf(context)
  const filter = activeCustomers(wanted)
  const fields = 'id,name,status/id,status/name,types,deletedFlag'
  const counted = (of: Filter) => inTime(context, count(session, endpoints.companies, of))
  const page = (of: Filter, pageSize: number) =>
    inTime(context, readFirstPage(session, endpoints.companies, { ...of, fields, pageSize }))
  const [setup, matching, examples, matched, all, ofType, ofStatus] = await Promise.all([
    inTime(context, readSetup(session)),
    page(filter, shown),
    page({}, sampled),
    counted(filter),
    counted({}),
    counted(ofWantedType(wanted)),
    counted(ofWantedStatus(wanted))
  ])

  const leftOut = (examples ?? []).flatMap(company => {
    const facts = factsOf(company, wanted)
    const failed = activeCustomerRules.find(rule => rule.test({ facts }) !== true)
    return failed ? [{ name: text(company.name) ?? company.id, rule: failed.name }] : []
  })
  /** 0 if one of the two could not be counted, and then the preview says that it is partial. */
  const between = (more: number | undefined, less: number | undefined) =>
    more === undefined || less === undefined ? 0 : Math.max(0, more - less)
  const isWhole = [setup, all, ofType, ofStatus, matched, matching, examples].every(part => part !== undefined)
  const preview = {
    counts: {
      matched: matched ?? 0,
      leftOut: [
        { rule: 'type', count: between(all, ofType) },
        { rule: 'status', count: between(ofType, ofStatus) },
        { rule: 'not-deleted', count: between(ofStatus, matched) }
      ]
    },
    samples: {
      matched: (matching ?? []).map(({ id, name }) => text(name) ?? id),
      leftOut: leftOut.slice(0, shown)
    },
    choices: { types: namesOf(setup?.types ?? []), statuses: namesOf(setup?.statuses ?? []) },
    ...(isWhole ? {} : { partial: true })
  }
  return { preview, filter, session }
}

/** Of the customers counted as matched, those with an agreement: both lists are read by id alone, side by side. */
export async function previewAgreements(context: CallContext): Promise<Preview> {
  const { preview, filter, session } = await previewCompanies(context)
  const read = async (endpoint: Endpoint, query: Query, take: (record: VendorRecord) => void) => {
    for await (const { records } of scan({ session, endpoint, query })) records.forEach(take)
    return true
  }
  const [named, owned] = [{ ...filter, fields: 'id,name' }, { fields: 'id,company/id' }]
  const customers = new Map<string, string>()
  const owners: string[] = []
  const [allCustomers, allAgreements] = await Promise.all([
    inTime(
      context,
      read(endpoints.companies, named, ({ id, name }) => customers.set(id, text(name) ?? id))
    ),
    inTime(
      context,
      read(endpoints.agreements, owned, ({ company }) => owners.push(referredId(company) ?? ''))
    )
  ])

  const withAgreement = new Set(owners)
  const matched = [...customers].filter(([id]) => withAgreement.has(id)).map(([, name]) => name)
  // An agreement that was not read may belong to any of them.
  const without = allAgreements ? [...customers].filter(([id]) => !withAgreement.has(id)).map(([, name]) => name) : []
  const { counts, samples } = preview
  const others = samples.leftOut.slice(0, shown - Math.min(without.length, 2))
  return {
    ...preview,
    counts: { matched: matched.length, leftOut: [...counts.leftOut, { rule: 'has-agreement', count: without.length }] },
    samples: {
      matched: matched.slice(0, shown),
      leftOut: [...others, ...without.map(name => ({ name, rule: 'has-agreement' }))].slice(0, shown)
    },
    ...(allCustomers && allAgreements ? {} : { partial: true }),
    // Setup and counts, companies, agreements, additions in bundles of 50, and the catalogue.
    expectedRequests: 6 + pages(counts.matched) + pages(owners.length) + Math.ceil(owners.length / bundleSize) + 1
  }
}

export async function previewCustomers(context: CallContext): Promise<Preview> {
  const { preview, session } = await previewCompanies(context)
  const { matched } = preview.counts
  const active = { conditions: withContacts.conditions }
  const contacts = matched === 0 ? 0 : await inTime(context, count(session, endpoints.contacts, active))
  return {
    ...preview,
    ...(contacts === undefined ? { partial: true } : {}),
    expectedRequests: 6 + pages(matched) + Math.min(pages(contacts ?? 0), Math.ceil(matched / 200))
  }
}

const pages = (records: number) => Math.max(1, Math.ceil(records / fullPage))
