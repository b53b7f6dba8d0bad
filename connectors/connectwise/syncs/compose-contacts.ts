import { endpoints } from '../api/endpoints.ts'
import type { VendorRecord } from '../api/records.ts'
import { isTrue } from '../mappings/references.ts'
import { type CompanyRecord, type Composition, stampsOf } from './composition.ts'
import { activeCustomerRules } from './rules.ts'

/** A company with its contacts; those that a complete pass reads are the active ones. */
export interface CustomerRecord extends CompanyRecord {
  readonly contacts: readonly VendorRecord[]
}

export const withContacts: Composition<CustomerRecord> = {
  child: 'contact',
  endpoint: endpoints.contacts,
  companyFields:
    'id,identifier,name,status/id,status/name,types,addressLine1,addressLine2,city,state,zip,country/name,phoneNumber,website,defaultContact/id,deletedFlag,_info/lastUpdated',
  childFields: 'id,company/id,defaultFlag,inactiveFlag,communicationItems,_info/lastUpdated',
  watchFields: 'id,company/id,inactiveFlag,_info/lastUpdated',
  conditions: 'inactiveFlag=False',
  rules: activeCustomerRules,
  // Every company that matches takes part, with contacts or without.
  childBringsCompany: false,
  isRelevant: contact => !isTrue(contact.inactiveFlag),
  stamps: ({ company, contacts }) => stampsOf(company, 'contact', contacts),
  bare: record => ({ ...record, contacts: [] }),
  async make(_reading, companies, { byCompany, unread }) {
    return companies.map(record => {
      const { id } = record.company
      return { ...record, contacts: byCompany.get(id)!, unread: unread.get(id) }
    })
  }
}
