import type { VendorRecord } from '../../kit/index.ts'
import { companyReference, domainOf, guidOf, phoneNumber, words } from '../../kit/words.ts'
import {
  billingTerms,
  countries,
  currencies,
  deliveryMethod,
  market,
  share,
  statusReferences,
  taxCode,
  territory,
  timeZone,
  typeReferences
} from './setup.ts'

export interface CompanyTraits {
  id: number
  typeIds: readonly number[]
  statusId: number
  deleted?: boolean
  lastUpdated: string
  dateEntered: string
}

const api = 'https://na.example.test/v2026_1//apis/3.0/company'
const financeApi = 'https://na.example.test/v2026_1//apis/3.0/finance'
const typeLists = new Map<string, object[]>()

/** References of the type ids; the same list for the same ids, so that a million companies share a few. */
export function typeList(ids: readonly number[]): object[] {
  const key = ids.join()
  let list = typeLists.get(key)
  if (!list) {
    list = share(ids.map(id => typeReferences.get(id)!))
    typeLists.set(key, list)
  }
  return list
}

/**
 * A company with all the fields that an instance fills; about 3 kB of JSON. One literal without spreads, since a
 * benchmark makes a million of them; undefined is left out of the JSON.
 */
export function companyRecord({
  id,
  typeIds,
  statusId,
  deleted,
  lastUpdated,
  dateEntered
}: CompanyTraits): VendorRecord {
  const { identifier, name } = companyReference(id, typeIds.includes(3))
  const domain = domainOf(name)
  const site = { id: id * 10, name: 'Main', _info: { site_href: `${api}/companies/${id}/sites/${id * 10}` } }
  const contact = { id: id * 10 + 1, name: `${words.firsts[id % words.firsts.length]} Contact` }
  return {
    id,
    identifier,
    name,
    status: statusReferences.get(statusId),
    addressLine1: `${(id % 190) + 1} ${words.streets[id % words.streets.length]}`,
    addressLine2: id % 3 === 0 ? `Suite ${(id % 40) + 1}` : '',
    city: words.towns[id % words.towns.length],
    state: words.states[id % words.states.length],
    zip: String(10000 + (id % 89999)),
    country: countries[id % 11 === 0 ? 1 : 0],
    phoneNumber: phoneNumber(id),
    faxNumber: '',
    website: id % 4 === 0 ? `https://www.${domain}` : `www.${domain}`,
    territory,
    market,
    accountNumber: `A-${id}`,
    defaultContact: contact,
    dateAcquired: dateEntered,
    annualRevenue: (id % 900) * 10000,
    numberOfEmployees: id % 250,
    timeZoneSetup: timeZone,
    leadSource: 'Referral',
    leadFlag: false,
    unsubscribeFlag: false,
    userDefinedField1: '',
    userDefinedField2: '',
    userDefinedField3: '',
    userDefinedField4: '',
    userDefinedField5: '',
    userDefinedField6: '',
    userDefinedField7: '',
    userDefinedField8: '',
    userDefinedField9: '',
    userDefinedField10: '',
    vendorIdentifier: '',
    taxIdentifier: '',
    taxCode,
    billingTerms,
    billToCompany: { id, identifier, name, _info: { company_href: `${api}/companies/${id}` } },
    billingSite: site,
    billingContact: contact,
    invoiceDeliveryMethod: deliveryMethod,
    invoiceToEmailAddress: `billing@${domain}`,
    invoiceCCEmailAddress: '',
    deletedFlag: deleted === true,
    dateDeleted: deleted ? lastUpdated : undefined,
    deletedBy: deleted ? 'admin1' : undefined,
    mobileGuid: guidOf(id),
    facebookUrl: '',
    twitterUrl: '',
    linkedInUrl: '',
    currency: currencies[id % 11 === 0 ? 1 : 0],
    isVendorFlag: typeIds.includes(3),
    types: typeList(typeIds),
    site,
    integratorTags: [],
    customFields: [],
    _info: {
      lastUpdated,
      updatedBy: 'admin1',
      dateEntered,
      enteredBy: 'admin1',
      contacts_href: `${api}/contacts?conditions=company/id=${id}`,
      agreements_href: `${financeApi}/agreements?conditions=company/id=${id}`,
      notes_href: `${api}/companies/${id}/notes`,
      groups_href: `${api}/companies/${id}/groups`
    }
  }
}
