import { labelIn, type PreviewPlan, type VendorRecord } from 'integration-host/connector/kit'
import { entities } from '../api/entities.ts'
import { mostValues } from '../api/filter.ts'
import { fullPage, labelsOf, listOf } from '../api/lists.ts'
import { isCurrent } from '../mappings/terms.ts'
import { activeCustomers, counting, ofWantedType } from './companies.ts'
import type { Reading } from './reading.ts'
import { hasContract, isActive, isOfType } from './rules.ts'
import type { CustomerRecord } from './with-contacts.ts'
import type { ContractsRecord } from './with-contracts.ts'

/** What each run asks first and last: the calls that are left, counts, labels, names of countries or currencies. */
const overhead = 8
const pages = (records: number) => Math.ceil(records / fullPage)

const ofCompanies = {
  passing: [
    { rule: isOfType, count: counting(ofWantedType) },
    { rule: isActive, count: counting(activeCustomers) }
  ],
  countAll: counting(() => []),
  sample: ({ session }: Reading) => listOf(session, entities.companies, { filter: [] }),
  choices: async ({ session }: Reading) => ({ types: await labelsOf(session, entities.companies, 'companyType') })
}

export const customersPlan: PreviewPlan<Reading, CustomerRecord> = {
  ...ofCompanies,
  expectedRequests: (matched, contacts) => overhead + pages(matched) + pages(contacts)
}

export const contractsPlan: PreviewPlan<Reading, ContractsRecord> = {
  ...ofCompanies,
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
}
