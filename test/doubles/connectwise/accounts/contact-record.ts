import type { VendorRecord } from '../../kit/index.ts'
import { domainOf, guidOf, phoneNumber, surname, words } from '../../kit/words.ts'
import { communicationTypeReferences, territory } from './setup.ts'

export interface ContactTraits {
  id: number
  company: { id: number; identifier: string; name: string }
  isDefault: boolean
  inactive?: boolean
  /** Which of 'email', 'phone', 'fax' the contact has; a second of a kind is not its default. */
  has: readonly ('email' | 'phone' | 'fax')[]
  lastUpdated: string
  dateEntered: string
}

const channels = {
  email: { typeId: 1, communicationType: 'Email' },
  phone: { typeId: 2, communicationType: 'Phone' },
  fax: { typeId: 4, communicationType: 'Fax' }
} as const

/** A contact with its communication items. */
export function contactRecord(traits: ContactTraits): VendorRecord {
  const { id, company, isDefault, inactive = false, has, lastUpdated, dateEntered } = traits
  const firstName = words.firsts[id % words.firsts.length]!
  const lastName = surname(id)
  const domain = domainOf(company.name)
  const communicationItems = has.map((channel, index) => {
    const { typeId, communicationType } = channels[channel]
    const first = has.indexOf(channel) === index
    const address = `${firstName}.${lastName}${first ? '' : `.${index}`}@${domain}`.toLowerCase()
    return {
      id: id * 10 + index,
      type: communicationTypeReferences.get(channel === 'phone' && !first ? 3 : typeId),
      value: channel === 'email' ? address : phoneNumber(id + index),
      ...(channel === 'phone' && first && id % 4 === 0 ? { extension: String(400 + (id % 90)) } : {}),
      defaultFlag: first,
      ...(channel === 'email' ? { domain: `@${domain}` } : {}),
      communicationType
    }
  })
  const phone = communicationItems.find(item => item.communicationType === 'Phone')
  return {
    id,
    firstName,
    lastName,
    company,
    site: { id: company.id * 10, name: 'Main' },
    inactiveFlag: inactive,
    title: words.titles[id % words.titles.length],
    marriedFlag: false,
    childrenFlag: false,
    portalSecurityLevel: 6,
    disablePortalLoginFlag: true,
    unsubscribeFlag: false,
    mobileGuid: guidOf(id),
    ...(phone ? { defaultPhoneType: 'Direct', defaultPhoneNbr: phone.value } : {}),
    defaultBillingFlag: false,
    defaultFlag: isDefault,
    companyLocation: territory,
    ...(has.length > 0 ? { communicationItems } : {}),
    types: [],
    integratorTags: [],
    customFields: [],
    ignoreDuplicates: false,
    _info: { lastUpdated, updatedBy: 'admin1', dateEntered, enteredBy: 'admin1' }
  }
}
