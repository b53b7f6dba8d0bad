import { endpoints } from '../api/endpoints.ts'
import type { VendorRecord } from '../api/records.ts'
import { isTrue } from '../mappings/text.ts'
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
/** Up to this share of foreign companies in an id range it takes fewer requests than lists of ids. */
const denseEnough = 1.25
/** About as many ids as one URL holds. */
const idsInOneUrl = 200

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
    const numbers = ids.map(Number)
    const first = Math.min(...numbers)
    const last = Math.max(...numbers)
    const isDense = ids.length > idsInOneUrl && last - first < ids.length * denseEnough
    const span = { after: String(first - 1), through: String(last) }
    const found = isDense
      ? await ofSpan(session, endpoints.contacts, span, wish)
      : await ofCompanies(session, endpoints.contacts, ids, wish)
    const { byCompany } = groupByCompany(found.records, ids)
    const records = companies.map(record => ({ ...record, contacts: byCompany.get(record.company.id)! }))
    return { records, rejects: withoutIds(found.rejects), strangers: [] }
  }
}
