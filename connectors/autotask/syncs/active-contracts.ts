import { defineSyncType } from '../../../plugins/connector/contract.ts'
import { composedSync } from '../../../plugins/connector/kit/index.ts'
import { standingOf } from '../mappings/terms.ts'
import { toContracts } from '../mappings/to-contract.ts'
import { clientName } from '../mappings/to-customer.ts'
import { activeCustomerRules, companyFacts, versionOf } from './companies.ts'
import { previewContracts } from './preview.ts'
import { type ContractsRecord, hasContract, withContracts } from './with-contracts.ts'

export const activeContracts = defineSyncType<ContractsRecord>({
  ...composedSync(withContracts),
  name: 'active-contracts',
  title: 'Sync Active Customer Contracts',
  conditions: ['Type must be set to Customer', 'Status must be Active', 'Customer must have at least one contract'],
  data: [
    'Company name of the customer record',
    'Vendor name (if available on the record, otherwise MSP Managed Services)',
    'Contract name (if available on the record)',
    'Overall cost'
  ],
  triggers: ['Creating a new contract record', 'Editing a record that updates any synced detail'],
  recommends: ['active-customers'],
  rules: [...activeCustomerRules, hasContract],
  owns: ['name', 'agreements'],
  madeOf: { agreements: ['contract'], cost: ['service', 'part'], vendor: ['vendor'] },
  version: versionOf,
  map: ({ company, contracts, asOf }) => ({
    client: { name: clientName(company) },
    ...toContracts(contracts, asOf)
  }),
  facts(record) {
    const { contracts, asOf } = record
    const inEffect = contracts.filter(one => standingOf(one, asOf) === 'active').length
    return { ...companyFacts(record), contracts: contracts.length, inEffectToday: inEffect }
  },
  preview: previewContracts
})
