import { defineSyncType } from '../../../plugins/connector/contract.ts'
import { toCustomer } from '../mappings/to-customer.ts'
import { checkpoint } from './checkpoint.ts'
import { type CustomerRecord, withContacts } from './compose-contacts.ts'
import { stampsOf } from './composition.ts'
import { previewCustomers } from './preview.ts'
import { companyFacts, lookup, read, search } from './read.ts'

export type { CustomerRecord }

export const activeCustomers = defineSyncType<CustomerRecord>({
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
  rules: withContacts.rules,
  owns: ['name', 'address', 'emails', 'phones', 'websites'],
  idOrder: 'numeric',
  checkpoint,
  id: ({ company }) => company.id,
  stamps: ({ company, contacts }) => stampsOf(company, 'contact', contacts),
  map: toCustomer,
  read: context => read(context, withContacts),
  lookup: (context, ids) => lookup(context, ids, withContacts),
  search: (context, name) => search(context, name, withContacts),
  facts: record => ({ ...companyFacts(record), activeContacts: record.contacts.length }),
  preview: previewCustomers
})
