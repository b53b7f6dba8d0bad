import { type Composition, stampsWith, type VendorRecord } from 'integration-host/connector/kit'
import { endpoints } from '../api/endpoints.ts'
import type { Context } from '../form.ts'
import { isTrue } from '../values.ts'
import { type ChildKind, childrenOf } from './children.ts'
import { type CompanyRecord, companiesWith, companyStamps, factsOf, ofCompany } from './companies.ts'
import type { Reading } from './reading.ts'

/** A company with its contacts; those that a complete pass reads are the active ones. */
export interface CustomerRecord extends CompanyRecord {
  readonly contacts: readonly VendorRecord[]
}

export const customerFields =
  'id,identifier,name,status/id,status/name,types,addressLine1,addressLine2,city,state,zip,country/name,phoneNumber,website,defaultContact/id,deletedFlag,_info/lastUpdated'

export const isActiveContact = ({ inactiveFlag }: VendorRecord) => !isTrue(inactiveFlag)

export const contacts = {
  one: 'contact',
  endpoint: endpoints.contacts,
  fields: 'id,company/id,defaultFlag,inactiveFlag,communicationItems,_info/lastUpdated',
  watched: 'id,company/id,inactiveFlag,_info/lastUpdated',
  conditions: 'inactiveFlag=False',
  isRelevant: isActiveContact,
  // Every company that matches takes part, with contacts or without.
  bringsParent: false
} as const satisfies ChildKind

const children = childrenOf(contacts)

export const withContacts: Composition<Reading, CustomerRecord, Context> = {
  ...ofCompany,
  parents: companiesWith(customerFields),
  children,
  stamps: record => stampsWith(companyStamps(record.company), children, record.contacts),
  async make({ wanted }, companies, found) {
    return companies.map(company => ({
      company,
      facts: factsOf(company, wanted),
      contacts: found?.of(company.id) ?? [],
      unread: found?.unread(company.id) ?? []
    }))
  }
}
