import { defineSyncType } from '../../../plugins/connector/contract.ts'
import { agreementsCard, clientNameOf, composedSync } from '../../../plugins/connector/kit/index.ts'
import { toAgreements } from '../mappings/to-agreement.ts'
import { companyFacts } from './companies.ts'
import { agreementsPlan } from './preview.ts'
import { activeCustomerRules, hasAgreement } from './rules.ts'
import { type AgreementsRecord, withAgreements } from './with-agreements.ts'

export const activeAgreements = defineSyncType<AgreementsRecord>({
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
