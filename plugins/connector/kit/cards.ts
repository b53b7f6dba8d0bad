/** The two sync types that every vendor of this kind has, as their cards name them, and what each owns of a client. */
import type { Rule, SyncType } from '../contract.ts'

type Card = Pick<SyncType, 'title' | 'conditions' | 'data' | 'triggers' | 'owns'>
type CardOfCustomers = Card & Pick<SyncType, 'madeOf'>

const conditions = ['Type must be set to Customer', 'Status must be Active']
const edited = 'Editing a record that updates any synced detail'

/** Where the vendor keeps e-mail addresses and phones, in words. */
export function customersCard({ emails = 'the record', phones = 'the record' } = {}): CardOfCustomers {
  return {
    title: 'Sync Active Customers',
    conditions,
    data: [
      'Company name',
      'Street address (if available on the record)',
      `Email addresses (if available on ${emails})`,
      `Phone numbers (if available on ${phones})`,
      'Websites (if available on the record)'
    ],
    triggers: ['Creating a new company record', edited, 'Changing the company status from Inactive to Active'],
    owns: ['name', 'address', 'emails', 'phones', 'websites'],
    madeOf: { emails: ['contact'], phones: ['contact'] }
  }
}

/** @param one what the vendor calls it: "agreement" */
export function agreementsCard(one: 'agreement' | 'contract'): Card {
  return {
    title: `Sync Active Customer ${one === 'agreement' ? 'Agreements' : 'Contracts'}`,
    conditions: [...conditions, `Customer must have at least one ${one}`],
    data: [
      'Company name of the customer record',
      `Vendor name (if available on the record, otherwise ${defaultVendor})`,
      'Contract name (if available on the record)',
      'Overall cost'
    ],
    triggers: [`Creating a new ${one} record`, edited],
    owns: ['name', 'agreements']
  }
}

/** That a company is of a type that the settings name (`types`). */
export function typeRule<R>(test: Rule<R>['test']): Rule<R> {
  return {
    name: 'type',
    title: 'Type must be set to Customer, or to one of the types chosen in the settings',
    short: 'another type',
    about: 'client',
    bySettings: true,
    test
  }
}

/** That it is active. @param bySettings the settings name the statuses that count as such */
export function statusRule<R>(test: Rule<R>['test'], bySettings = false): Rule<R> {
  return {
    name: 'status',
    title: `Status must be Active${bySettings ? ', or one of the statuses chosen in the settings' : ''}`,
    short: bySettings ? 'another status' : 'inactive',
    about: 'client',
    bySettings,
    test
  }
}

/** That it has a child that counts. @param more what its title says besides */
export function childRule<R>(one: 'agreement' | 'contract', test: Rule<R>['test'], more = ''): Rule<R> {
  return {
    name: `has-${one}`,
    title: `Customer must have at least one ${one}${more}`,
    short: `no ${one}`,
    about: 'sync-type',
    test
  }
}

/** The vendor name of an agreement whose products or services name none. */
export const defaultVendor = 'MSP Managed Services'
