import { defineSyncType } from 'integration-host/connector'
import { composedSync, customersCard } from 'integration-host/connector/kit'
import { toCustomer } from '../mappings/to-customer.ts'
import { companyFacts } from './companies.ts'
import { customersPlan } from './preview.ts'
import { activeCustomerRules } from './rules.ts'
import { isActiveContact, withContacts } from './with-contacts.ts'

export const activeCustomers = defineSyncType({
  ...composedSync(withContacts, customersPlan),
  name: 'active-customers',
  ...customersCard(),
  recommends: ['active-agreements'],
  rules: activeCustomerRules,
  map: toCustomer,
  facts: record => ({ ...companyFacts(record), activeContacts: record.contacts.filter(isActiveContact).length })
})
