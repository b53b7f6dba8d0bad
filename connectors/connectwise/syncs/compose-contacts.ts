import { endpoints } from '../api/endpoints.ts'
import type { VendorRecord } from '../api/records.ts'
import { fullPage } from '../api/scan.ts'
import type { Session } from '../api/session.ts'
import { isTrue } from '../mappings/references.ts'
import { groupByCompany, ofCompanies, ofSpan, withoutIds } from './children.ts'
import type { CompanyRecord, Composition } from './composition.ts'
import { activeCustomerRules } from './rules.ts'

/** A company with its active contacts. */
export interface CustomerRecord extends CompanyRecord {
  readonly contacts: readonly VendorRecord[]
}

const wish = {
  conditions: 'inactiveFlag=False',
  fields: 'id,company/id,defaultFlag,inactiveFlag,communicationItems,_info/lastUpdated'
}
/** About as many ids as one URL holds. */
const idsInOneUrl = 200
/** Contacts of one company before anything is known of the account. */
const guessed = 3
/** Contacts of one company as the last page of a read had them. */
const perCompany = new WeakMap<Session, number>()

export const withContacts: Composition<CustomerRecord> = {
  child: 'contact',
  children: endpoints.contacts,
  companyFields:
    'id,identifier,name,status/id,status/name,types,addressLine1,addressLine2,city,state,zip,country/name,phoneNumber,website,defaultContact/id,deletedFlag,_info/lastUpdated',
  childWatchFields: 'id,company/id,inactiveFlag,_info/lastUpdated',
  rules: activeCustomerRules,
  // Every company that matches takes part, with contacts or without.
  childBringsCompany: false,
  isRelevant: contact => !isTrue(contact.inactiveFlag),
  bare: record => ({ ...record, contacts: [] }),
  async compose({ session }, companies) {
    const ids = companies.map(({ company }) => company.id)
    if (ids.length === 0) return { records: [], rejects: [], strangers: [] }
    const first = ids.reduce((least, id) => Math.min(least, Number(id)), Number.POSITIVE_INFINITY)
    const last = ids.reduce((most, id) => Math.max(most, Number(id)), 0)
    const width = last - first + 1
    const isDense = requestsBySpan(session, width) < requestsByList(session, ids.length)
    const span = { after: String(first - 1), through: String(last) }
    const found = isDense
      ? await ofSpan(session, endpoints.contacts, span, wish)
      : await ofCompanies(session, endpoints.contacts, ids, wish)
    perCompany.set(session, found.records.length / (isDense ? width : ids.length))
    const { byCompany } = groupByCompany(found.records, ids)
    const records = companies.map(record => ({ ...record, contacts: byCompany.get(record.company.id)! }))
    return { records, rejects: withoutIds(found.rejects), strangers: [] }
  }
}

/** A range of company ids brings full pages, but also the contacts of companies that do not take part. */
function requestsBySpan(session: Session, width: number): number {
  return Math.max(1, Math.ceil((width * (perCompany.get(session) ?? guessed)) / fullPage))
}

/** Lists of ids bring only what is wanted, in as many requests as URLs need. */
function requestsByList(session: Session, ids: number): number {
  const chunks = Math.ceil(ids / idsInOneUrl)
  return chunks * Math.max(1, Math.ceil((idsInOneUrl * (perCompany.get(session) ?? guessed)) / fullPage))
}
