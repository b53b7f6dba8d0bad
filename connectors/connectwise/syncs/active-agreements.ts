import { defineSyncType } from 'integration-host/connector'
import { agreementsCard, clientNameOf, composedSync } from 'integration-host/connector/kit'
import { toAgreements } from '../mappings/to-agreement.ts'
import { companyFacts } from './companies.ts'
import { agreementsPlan } from './preview.ts'
import { activeCustomerRules, hasAgreement } from './rules.ts'
import { withAgreements } from './with-agreements.ts'

export const activeAgreements = defineSyncType({
  ...composedSync(withAgreements, agreementsPlan),
  name: 'active-agreements',
  ...agreementsCard('agreement'),
  recommends: ['active-customers'],
  rules: [...activeCustomerRules, hasAgreement],
  madeOf: { agreements: ['agreement'], cost: ['addition'], vendor: ['product'] },
  map: ({ company, agreements, asOf }) => ({
    client: { name: clientNameOf(company.id, company.name) },
    ...toAgreements(agreements, asOf)
  }),
  facts: record => ({ ...companyFacts(record), agreements: record.agreements.length })
})
