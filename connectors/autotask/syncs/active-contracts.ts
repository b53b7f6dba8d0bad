import { defineSyncType } from 'integration-host/connector'
import { agreementsCard, clientNameOf, composedSync } from 'integration-host/connector/kit'
import { standingOf } from '../mappings/terms.ts'
import { toContracts } from '../mappings/to-contract.ts'
import { companyFacts } from './companies.ts'
import { contractsPlan } from './preview.ts'
import { activeCustomerRules, hasContract } from './rules.ts'
import { withContracts } from './with-contracts.ts'

export const activeContracts = defineSyncType({
  ...composedSync(withContracts, contractsPlan),
  name: 'active-contracts',
  ...agreementsCard('contract'),
  recommends: ['active-customers'],
  settings: ['types', 'contracts'],
  rules: [...activeCustomerRules, hasContract],
  madeOf: { agreements: ['contract'], cost: ['service', 'part'], vendor: ['vendor'] },
  map: ({ company, contracts, asOf }) => ({
    client: { name: clientNameOf(company.id, company.companyName) },
    ...toContracts(contracts, asOf)
  }),
  facts(record) {
    const { contracts, asOf } = record
    const inEffect = contracts.filter(one => standingOf(one, asOf) === 'active').length
    return { ...companyFacts(record), contracts: contracts.length, inEffectToday: inEffect }
  }
})
