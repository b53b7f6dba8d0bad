import type { PreviewPlan } from 'integration-host/connector/kit'
import { bundleSize } from '../api/bundles.ts'
import { endpoints } from '../api/endpoints.ts'
import { count, fullPage, listOf } from '../api/lists.ts'
import { readTables, type Wanted } from '../resolve.ts'
import { activeCustomers, type Filter, ofWantedStatus, ofWantedType } from './company-filter.ts'
import type { Reading } from './reading.ts'
import { hasAgreement, isInStatus, isNotDeleted, isOfType } from './rules.ts'
import type { AgreementsRecord } from './with-agreements.ts'
import type { CustomerRecord } from './with-contacts.ts'

/** Setup and counts. */
const overhead = 6
const pages = (records: number) => Math.max(1, Math.ceil(records / fullPage))

const counting = (filter: (wanted: Wanted) => Filter) => (reading: Reading) =>
  count(reading.session, endpoints.companies, filter(reading.wanted))

const ofCompanies = {
  passing: [
    { rule: isOfType, count: counting(ofWantedType) },
    { rule: isInStatus, count: counting(ofWantedStatus) },
    { rule: isNotDeleted, count: counting(activeCustomers) }
  ],
  countAll: counting(() => ({})),
  sample: ({ session }: Reading) =>
    listOf(session, endpoints.companies, { fields: 'id,name,status/id,status/name,types,deletedFlag' }),
  choices: ({ session }: Reading) => readTables(session)
}

export const customersPlan: PreviewPlan<Reading, CustomerRecord> = {
  ...ofCompanies,
  expectedRequests: (matched, contacts) =>
    overhead + pages(matched) + Math.min(pages(contacts), Math.ceil(matched / 200))
}

export const agreementsPlan: PreviewPlan<Reading, AgreementsRecord> = {
  ...ofCompanies,
  having: {
    rule: hasAgreement,
    list: ({ session }) => listOf(session, endpoints.agreements, { fields: 'id,company/id' })
  },
  // Companies, agreements, additions in bundles, and the catalogue.
  expectedRequests: (matched, all) => overhead + pages(matched) + pages(all) + Math.ceil(all / bundleSize) + 1
}
