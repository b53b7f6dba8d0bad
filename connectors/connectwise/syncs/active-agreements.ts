import { defineSyncType, Type } from '../../../plugins/connector/contract.ts'
import { changesOn } from '../mappings/changes-on.ts'
import { clientName } from '../mappings/client-name.ts'
import { toAgreements } from '../mappings/to-agreement.ts'
import { companyFacts, companySync } from './company-sync.ts'
import { type AgreementsRecord, withAgreements } from './compose-agreements.ts'
import { memoFields } from './poll.ts'
import { previewAgreements } from './preview.ts'
import { rotationFields } from './rotation.ts'

export const activeAgreements = defineSyncType<AgreementsRecord>({
  ...companySync(withAgreements),
  name: 'active-agreements',
  title: 'Sync Active Customer Agreements',
  conditions: ['Type must be set to Customer', 'Status must be Active', 'Customer must have at least one agreement'],
  data: [
    'Company name of the customer record',
    'Vendor name (if available on the record, otherwise MSP Managed Services)',
    'Contract name (if available on the record)',
    'Overall cost'
  ],
  triggers: ['Creating a new agreement record', 'Editing a record that updates any synced detail'],
  recommends: ['active-customers'],
  owns: ['name', 'agreements'],
  madeOf: { agreements: ['agreement'], cost: ['addition'], vendor: ['product'] },
  memo: Type.Object({ ...memoFields, ...rotationFields }),
  map: ({ company, agreements, asOf }) => ({
    client: { name: clientName(company) },
    agreements: toAgreements(agreements, asOf),
    ...changesOn(agreements, asOf)
  }),
  facts: record => ({ ...companyFacts(record), agreements: record.agreements.length }),
  preview: previewAgreements
})
