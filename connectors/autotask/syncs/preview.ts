import { labelIn, type PreviewPlan, type VendorRecord } from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { type Filter, mostValues } from '../api/filter.ts'
import { count, fullPage, labelsOf, listOf } from '../api/lists.ts'
import { isCurrent } from '../mappings/terms.ts'
import { activeCustomers, allCompanies, type CompanyRecord, isActive, isOfType, ofWantedType } from './companies.ts'
import type { Reading } from './reading.ts'
import type { CustomerRecord } from './with-contacts.ts'
import { type ContractsRecord, hasContract } from './with-contracts.ts'

/** What each run asks first and last: the calls that are left, counts, labels, names of countries or currencies. */
const overhead = 8
const pages = (records: number) => Math.ceil(records / fullPage)

function planOf<R extends CompanyRecord>(
  rest: Pick<PreviewPlan<Reading, R>, 'having' | 'expectedRequests'>
): PreviewPlan<Reading, R> {
  const counting = (filter: (reading: Reading) => Filter) => (reading: Reading) =>
    count(reading.session, entities.companies, [...filter(reading), ...allCompanies])
  return {
    passing: [
      { rule: isOfType, count: counting(ofWantedType) },
      { rule: isActive, count: counting(activeCustomers) }
    ],
    countAll: counting(() => []),
    sample: ({ session }) => listOf(session, entities.companies, { filter: [] }),
    choices: async ({ session }) => ({ types: await labelsOf(session, entities.companies, 'companyType') }),
    ...rest
  }
}

export const customersPlan = planOf<CustomerRecord>({
  expectedRequests: (matched, contacts) => overhead + pages(matched) + pages(contacts)
})

export const contractsPlan = planOf<ContractsRecord>({
  having: {
    rule: hasContract,
    list: ({ session }) =>
      listOf(session, entities.contracts, { filter: [], fields: ['companyID', 'status', 'startDate', 'endDate'] }),
    async counting({ session, settings, asOf }) {
      const statuses = await labelsOf(session, entities.contracts, 'status')
      const counts = (contract: VendorRecord) =>
        isCurrent({ contract, status: labelIn(statuses, contract.status) }, asOf)
      return settings.contracts === 'current' ? counts : () => true
    }
  },
  // Services, bundles and their units by lists of 400 contracts, and the catalogue.
  expectedRequests: (matched, contracts) =>
    overhead + 6 + pages(matched) + pages(contracts) + 4 * Math.ceil(contracts / mostValues)
})
