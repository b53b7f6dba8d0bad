import { type Contribution, defineSyncType } from '../../../plugins/connector/contract.ts'
import { clientName } from '../mappings/client-name.ts'
import { toAgreements } from '../mappings/to-agreement.ts'
import { checkpoint } from './checkpoint.ts'
import { type AgreementsRecord, withAgreements } from './compose-agreements.ts'
import { stampsOf } from './composition.ts'
import { previewAgreements } from './preview.ts'
import { companyFacts, lookup, read, search } from './read.ts'

export type { AgreementsRecord }

export const activeAgreements = defineSyncType<AgreementsRecord>({
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
  rules: withAgreements.rules,
  owns: ['name', 'agreements'],
  idOrder: 'numeric',
  checkpoint,
  id: ({ company }) => company.id,
  stamps: ({ company, agreements }) =>
    stampsOf(
      company,
      'agreement',
      agreements.map(({ agreement }) => agreement)
    ),
  map: ({ company, agreements, asOf }): Contribution => ({
    client: { name: clientName(company) },
    agreements: toAgreements(agreements, asOf)
  }),
  read: context => read(context, withAgreements),
  lookup: (context, ids) => lookup(context, ids, withAgreements),
  search: (context, name) => search(context, name, withAgreements),
  facts: record => ({ ...companyFacts(record), agreements: record.agreements.length }),
  preview: previewAgreements
})
