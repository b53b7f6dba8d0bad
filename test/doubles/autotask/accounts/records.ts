import type { VendorRecord } from '../../kit/index.ts'
import { domainOf, phoneNumber, surname, words } from '../../kit/words.ts'
import { complete } from '../schema.ts'

export interface CompanyTraits {
  id: number
  name: string
  companyType: number
  isActive?: boolean
  stamp: string
  createDate?: string
}

/** A company as the vendor keeps it: no e-mail, empty text here and null there. */
export function companyRecord({
  id,
  name,
  companyType,
  isActive = true,
  stamp,
  createDate
}: CompanyTraits): VendorRecord {
  const domain = domainOf(name)
  return complete('Companies', {
    id,
    companyName: name,
    companyNumber: id % 4 === 0 ? `A-${id}` : '',
    companyType,
    isActive,
    address1: `${(id % 190) + 1} ${words.streets[id % words.streets.length]}`,
    address2: id % 3 === 0 ? `Suite ${(id % 40) + 1}` : '',
    additionalAddressInformation: id % 7 === 0 ? 'Rear entrance' : ' ',
    city: words.towns[id % words.towns.length],
    state: words.states[id % words.states.length],
    postalCode: String(10000 + (id % 89999)),
    countryID: id % 11 === 0 ? 108 : 237,
    phone: phoneNumber(id),
    alternatePhone1: id % 5 === 0 ? phoneNumber(id + 31) : '',
    alternatePhone2: null,
    fax: '',
    webAddress: id % 4 === 0 ? `https://www.${domain}/` : `www.${domain}`,
    currencyID: id % 11 === 0 ? 5 : 1,
    parentCompanyID: null,
    ownerResourceID: 29682885,
    territoryID: null,
    isClientPortalActive: false,
    isTaxExempt: false,
    isSample: false,
    taxID: '',
    invoiceMethod: 1,
    billToAddressToUse: 1,
    createDate: createDate ?? '2023-06-01T08:00:00.123Z',
    lastActivityDate: stamp,
    lastTrackedModifiedDateTime: stamp
  })
}

export interface ContactTraits {
  id: number
  company: VendorRecord
  isPrimary: boolean
  isActive?: boolean
  /** Which of its fields are filled. */
  has: readonly ('email' | 'email2' | 'phone' | 'mobile')[]
  stamp: string
}

export function contactRecord({ id, company, isPrimary, isActive = true, has, stamp }: ContactTraits): VendorRecord {
  const firstName = words.firsts[id % words.firsts.length]!
  const lastName = surname(id)
  const domain = domainOf(company.companyName)
  const address = `${firstName}.${lastName}`.toLowerCase()
  return complete('Contacts', {
    id,
    companyID: company.id,
    companyLocationID: null,
    firstName,
    lastName,
    title: words.titles[id % words.titles.length] ?? '',
    emailAddress: has.includes('email') ? `${address}@${domain}` : '',
    emailAddress2: has.includes('email2') ? `${address}.private@${domain}` : null,
    phone: has.includes('phone') ? phoneNumber(id) : '',
    extension: has.includes('phone') && id % 4 === 0 ? String(400 + (id % 90)) : '',
    mobilePhone: has.includes('mobile') ? phoneNumber(id + 17) : null,
    isActive: isActive ? 1 : 0,
    primaryContact: isPrimary,
    billingContact: false,
    receivesEmailNotifications: false,
    createDate: '2023-06-02T08:00:00Z',
    lastActivityDate: stamp,
    lastModifiedDate: stamp
  })
}

export interface ContractTraits {
  id: number
  companyID: number
  name: string | null
  /** A number of the picklist. */
  contractType: number
  status?: 0 | 1
  startDate: string
  endDate: string
  estimatedRevenue?: number
  stamp: string
}

/** The estimates are kept by hand and are mostly nought. */
export function contractRecord(traits: ContractTraits): VendorRecord {
  const { id, companyID, name, contractType, status = 1, startDate, endDate, estimatedRevenue = 0, stamp } = traits
  return complete('Contracts', {
    id,
    companyID,
    billToCompanyID: companyID,
    contractName: name,
    contractNumber: '',
    contractType,
    contractCategory: 12,
    contractPeriodType: contractType === 7 ? 5 : null,
    status,
    startDate,
    endDate,
    estimatedCost: 0,
    estimatedHours: 0,
    estimatedRevenue,
    setupFee: 0,
    isCompliant: true,
    isDefaultContract: false,
    timeReportingRequiresStartAndStopTimes: 0,
    billingPreference: 1,
    lastModifiedDateTime: stamp
  })
}

export interface ServiceTraits {
  id: number
  name: string
  periodType: number
  unitPrice: number
  vendorCompanyID?: number | null
  manufacturer?: string
  stamp: string
}

export function serviceRecord(traits: ServiceTraits): VendorRecord {
  const { id, name, periodType, unitPrice, vendorCompanyID = null, manufacturer = '', stamp } = traits
  return complete('Services', {
    id,
    name,
    description: name,
    invoiceDescription: name,
    periodType,
    unitPrice,
    unitCost: Math.round(unitPrice * 60) / 100,
    isActive: true,
    vendorCompanyID,
    manufacturerServiceProvider: manufacturer,
    billingCodeID: 29682801,
    createDate: '2023-05-01T08:00:00Z',
    lastModifiedDate: stamp
  })
}

/** The few that the accounts use. */
export const countries: VendorRecord[] = [
  {
    id: 237,
    countryCode: 'US',
    displayName: 'United States',
    name: 'United States',
    isActive: true,
    isDefaultCountry: true
  },
  { id: 108, countryCode: 'IE', displayName: 'Ireland', name: 'Ireland', isActive: true, isDefaultCountry: false },
  { id: 21, countryCode: 'BE', displayName: null, name: 'Belgium', isActive: true, isDefaultCountry: false }
]

export const currencies: VendorRecord[] = [
  { id: 1, name: 'USD', description: 'US Dollar', exchangeRate: 1, isActive: true, isInternalCurrency: true },
  { id: 5, name: 'EUR', description: 'Euro', exchangeRate: 0.9, isActive: true, isInternalCurrency: false }
]
