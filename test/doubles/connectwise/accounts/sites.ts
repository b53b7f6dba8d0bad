import type { VendorRecord } from '../../kit/index.ts'

/** A company's sites, made from it: the address on the company is that of its primary site. */
export function sitesOf(company: VendorRecord): VendorRecord[] {
  const { id, name, identifier, addressLine1, addressLine2, city, zip, country, phoneNumber, _info } = company
  const reference = { id, identifier, name }
  const stateReference = company.state ? { id: 1, identifier: company.state, name: company.state } : undefined
  const flags = { defaultShippingFlag: false, defaultMailingFlag: false, billSeparateFlag: false }
  const primary = {
    id: id * 10,
    name: 'Main',
    addressLine1,
    addressLine2,
    city,
    stateReference,
    zip,
    country,
    phoneNumber,
    phoneNumberExt: '',
    primaryAddressFlag: true,
    defaultBillingFlag: true,
    inactiveFlag: false,
    ...flags,
    company: reference,
    ...(_info ? { _info } : {})
  }
  if (id % 5 !== 0) return [primary]
  const closed = {
    ...primary,
    id: id * 10 + 1,
    name: 'Old office',
    primaryAddressFlag: false,
    defaultBillingFlag: false
  }
  return [primary, { ...closed, addressLine1: '1 Closed Street', inactiveFlag: true }]
}
