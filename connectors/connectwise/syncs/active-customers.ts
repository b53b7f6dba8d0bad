import { defineSyncType, Type } from '../../../plugins/connector/contract.ts'
import { isTrue } from '../mappings/references.ts'
import { toCustomer } from '../mappings/to-customer.ts'
import { companyFacts, companySync } from './company-sync.ts'
import { type CustomerRecord, withContacts } from './compose-contacts.ts'
import { memoFields } from './poll.ts'
import { previewCustomers } from './preview.ts'

export const activeCustomers = defineSyncType<CustomerRecord>({
  ...companySync(withContacts),
  name: 'active-customers',
  title: 'Sync Active Customers',
  conditions: ['Type must be set to Customer', 'Status must be Active'],
  data: [
    'Company name',
    'Street address (if available on the record)',
    'Email addresses (if available on the record)',
    'Phone numbers (if available on the record)',
    'Websites (if available on the record)'
  ],
  triggers: [
    'Creating a new company record',
    'Editing a record that updates any synced detail',
    'Changing the company status from Inactive to Active'
  ],
  recommends: ['active-agreements'],
  owns: ['name', 'address', 'emails', 'phones', 'websites'],
  madeOf: { emails: ['contact'], phones: ['contact'] },
  memo: Type.Object(memoFields),
  map: toCustomer,
  facts: record => ({
    ...companyFacts(record),
    activeContacts: record.contacts.filter(({ inactiveFlag }) => !isTrue(inactiveFlag)).length
  }),
  preview: previewCustomers
})
