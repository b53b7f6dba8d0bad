import type { CallContext, Preview } from '../../../plugins/connector/contract.ts'
import { type PreviewPlan, preview } from '../../../plugins/connector/kit/index.ts'
import { bundleSize } from '../api/bundles.ts'
import { endpoints } from '../api/endpoints.ts'
import { count, fullPage, listOf } from '../api/lists.ts'
import { readTable, type Wanted } from '../resolve.ts'
import type { Settings } from '../settings.ts'
import type { CompanyRecord } from './companies.ts'
import { activeCustomers, type Filter, ofWantedStatus, ofWantedType } from './company-filter.ts'
import type { Reading } from './reading.ts'
import { hasAgreement, isInStatus, isNotDeleted, isOfType } from './rules.ts'
import { type AgreementsRecord, withAgreements } from './with-agreements.ts'
import { type CustomerRecord, withContacts } from './with-contacts.ts'

/** Setup and counts. */
const overhead = 6
const pages = (records: number) => Math.max(1, Math.ceil(records / fullPage))

function planOf<R extends CompanyRecord>(
  rest: Pick<PreviewPlan<Reading, R>, 'having' | 'expectedRequests'>
): PreviewPlan<Reading, R> {
  const counting = (filter: (wanted: Wanted) => Filter) => (reading: Reading) =>
    count(reading.session, endpoints.companies, filter(reading.wanted))
  const namesOf = async ({ session }: Reading, field: keyof Settings) =>
    (await readTable(session, field)).map(({ name }) => name)
  return {
    passing: [
      { rule: isOfType, count: counting(ofWantedType) },
      { rule: isInStatus, count: counting(ofWantedStatus) },
      { rule: isNotDeleted, count: counting(activeCustomers) }
    ],
    countAll: counting(() => ({})),
    sample: ({ session }) =>
      listOf(session, endpoints.companies, { fields: 'id,name,status/id,status/name,types,deletedFlag' }),
    async choices(reading) {
      const [types, statuses] = await Promise.all([namesOf(reading, 'types'), namesOf(reading, 'statuses')])
      return { types, statuses }
    },
    ...rest
  }
}

const customers = planOf<CustomerRecord>({
  expectedRequests: (matched, contacts) =>
    overhead + pages(matched) + Math.min(pages(contacts), Math.ceil(matched / 200))
})
export const previewCustomers = (context: CallContext): Promise<Preview> => preview(withContacts, context, customers)

const agreements = planOf<AgreementsRecord>({
  having: {
    rule: hasAgreement,
    list: ({ session }) => listOf(session, endpoints.agreements, { fields: 'id,company/id' })
  },
  // Companies, agreements, additions in bundles, and the catalogue.
  expectedRequests: (matched, all) => overhead + pages(matched) + pages(all) + Math.ceil(all / bundleSize) + 1
})
export const previewAgreements = (context: CallContext): Promise<Preview> =>
  preview(withAgreements, context, agreements)
