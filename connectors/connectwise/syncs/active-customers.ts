import { defineSyncType } from 'integration-host/connector'
import { composedSync, customersCard } from 'integration-host/connector/kit'
import { toCustomer } from '../mappings/to-customer.ts'
import { companyFacts } from './companies.ts'
import { customersPlan } from './preview.ts'
import { activeCustomerRules } from './rules.ts'
import { type CustomerRecord, isActiveContact, withContacts } from './with-contacts.ts'

export const activeCustomers = defineSyncType<CustomerRecord>({
  ...composedSync(withContacts, customersPlan),
  name: 'active-customers',
  ...customersCard(),
  recommends: ['active-agreements'],
  rules: activeCustomerRules,
  madeOf: { emails: ['contact'], phones: ['contact'] },
  map: toCustomer,
  facts: record => ({ ...companyFacts(record), activeContacts: record.contacts.filter(isActiveContact).length })
})
