import type { VendorRecord } from '../../kit/index.ts'

const _info = { lastUpdated: '2015-08-21T20:22:06Z', updatedBy: 'setup' }
// The doubled slash and the web address are as real instances give them: clients must not follow `_href`s.
const api = 'https://na.example.test/v2026_1//apis/3.0'

export const companyTypes: VendorRecord[] = [
  { id: 1, name: 'Customer', defaultFlag: true, vendorFlag: false, serviceAlertFlag: false, _info },
  { id: 2, name: 'Prospect', defaultFlag: false, vendorFlag: false, serviceAlertFlag: false, _info },
  { id: 3, name: 'Vendor', defaultFlag: false, vendorFlag: true, serviceAlertFlag: false, _info },
  { id: 4, name: 'Client', defaultFlag: false, vendorFlag: false, serviceAlertFlag: false, _info },
  { id: 5, name: 'Partner', defaultFlag: false, vendorFlag: false, serviceAlertFlag: false, _info }
]

const flags = { notifyFlag: false, disallowSavingFlag: false, customNoteFlag: false, cancelOpenTracksFlag: false }
export const statuses: VendorRecord[] = [
  { id: 1, name: 'Active', defaultFlag: true, inactiveFlag: false, ...flags, _info },
  { id: 2, name: 'Inactive', defaultFlag: false, inactiveFlag: true, ...flags, _info },
  { id: 3, name: 'Not Approved', defaultFlag: false, inactiveFlag: false, ...flags, _info },
  { id: 4, name: 'Credit Hold', defaultFlag: false, inactiveFlag: false, ...flags, _info }
]

const kind = (id: number, description: string, communication: 'phone' | 'fax' | 'email'): VendorRecord => ({
  id,
  description,
  phoneFlag: communication === 'phone',
  faxFlag: communication === 'fax',
  emailFlag: communication === 'email',
  defaultFlag: id < 4,
  _info
})
export const communicationTypes: VendorRecord[] = [
  kind(1, 'Email', 'email'),
  kind(2, 'Direct', 'phone'),
  kind(3, 'Work Landline', 'phone'),
  kind(4, 'Fax', 'fax'),
  kind(5, 'Billing mailbox', 'email')
]

export const agreementTypes: VendorRecord[] = ['Managed Services', 'Block Time', 'Cloud Subscriptions', 'Backup'].map(
  (name, index) => ({ id: index + 1, name, defaultFlag: index === 0, inactiveFlag: false, _info })
)

/** Marks a value that many records hold: it never changes, so its JSON can be kept. */
export function share<T extends object>(value: T): T {
  return Object.freeze(value)
}

/** A reference as the vendor embeds it: id, name and a link that clients must not follow. */
export function reference(id: number, name: string, path: string, key: string) {
  return share({ id, name, _info: { [`${key}_href`]: `${api}/${path}/${id}` } })
}

export const typeReferences = new Map(
  companyTypes.map(({ id, name }) => [id, reference(id, name, 'company/companies/types', 'type')])
)
export const statusReferences = new Map(
  statuses.map(({ id, name }) => [id, reference(id, name, 'company/companies/statuses', 'status')])
)
export const agreementTypeReferences = new Map(
  agreementTypes.map(({ id, name }) => [id, reference(id, name, 'finance/agreements/types', 'type')])
)
export const communicationTypeReferences = new Map(
  communicationTypes.map(({ id, description }) => [id, share({ id, name: description as string })])
)
export const billingCycles = ['Monthly', 'Quarterly', 'Annual', 'One Time'].map((name, index) =>
  reference(index + 1, name, 'finance/billingCycles', 'billingCycle')
)
export const currencies = [
  ['$', 'USD', 'US Dollars'],
  ['€', 'EUR', 'Euro'],
  ['£', 'GBP', 'Pounds Sterling']
].map(([symbol, currencyCode, name], index) =>
  share({
    id: index + 1,
    symbol,
    currencyCode,
    decimalSeparator: '.',
    numberOfDecimals: 2,
    thousandsSeparator: ',',
    negativeParenthesesFlag: false,
    displaySymbolFlag: true,
    currencyIdentifier: currencyCode,
    displayIdFlag: false,
    rightAlign: false,
    name,
    _info: { currency_href: `${api}/finance/currencies/${index + 1}` }
  })
)
export const countries = ['United States', 'Ireland', 'United Kingdom'].map((name, index) =>
  reference(index + 1, name, 'company/countries', 'country')
)
export const territory = reference(2, 'Corporate', 'system/locations', 'location')
export const timeZone = reference(1, 'US Eastern', 'system/timeZoneSetups', 'timeZoneSetup')
export const taxCode = reference(11, 'State', 'finance/taxCodes', 'taxCode')
export const billingTerms = { id: 2, name: 'Net 10 days' }
export const deliveryMethod = { id: 1, name: 'Mail' }
export const market = reference(23, 'Professional services', 'company/marketDescriptions', 'market')
