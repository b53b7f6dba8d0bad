import { defineSyncType } from '../../../plugins/connector/contract.ts'
import { composedSync } from '../../../plugins/connector/kit/index.ts'
import { toCustomer } from '../mappings/to-customer.ts'
import { activeCustomerRules, companyFacts, versionOf } from './companies.ts'
import { previewCustomers } from './preview.ts'
import { type CustomerRecord, isActiveContact, withContacts } from './with-contacts.ts'

export const activeCustomers = defineSyncType<CustomerRecord>({
  ...composedSync(withContacts),
  name: 'active-customers',
  title: 'Sync Active Customers',
  conditions: ['Type must be set to Customer', 'Status must be Active'],
  data: [
    'Company name',
    'Street address (if available on the record)',
    'Email addresses (if available on its contacts)',
    'Phone numbers (if available on the record or its contacts)',
    'Websites (if available on the record)'
  ],
  triggers: [
    'Creating a new company record',
    'Editing a record that updates any synced detail',
    'Changing the company status from Inactive to Active'
  ],
  recommends: ['active-contracts'],
  rules: activeCustomerRules,
  owns: ['name', 'address', 'emails', 'phones', 'websites'],
  madeOf: { emails: ['contact'], phones: ['contact'] },
  version: versionOf,
  map: toCustomer,
  facts: record => ({ ...companyFacts(record), activeContacts: record.contacts.filter(isActiveContact).length }),
  preview: previewCustomers
})
