import {
  address,
  type Contribution,
  emailsOf,
  type PhoneLine,
  phonesOf,
  text,
  websitesOf
} from 'integration-host/connector'
import { clientNameOf, firstThenById, listWithin, type VendorRecord, within } from 'integration-host/connector/kit'
import { type CustomerRecord, isActiveContact } from '../syncs/with-contacts.ts'
import { isTrue, nameOf, referredId } from '../values.ts'

/** The customer profile: what "Active Customers" owns of a client. The address is that of its primary site. */
export function toCustomer({ company, contacts }: Pick<CustomerRecord, 'company' | 'contacts'>): Contribution {
  const { addressLine1: line1, addressLine2: line2, city, state, zip: postalCode, phoneNumber, website } = company
  const country = nameOf(company.country)
  const defaultId = referredId(company.defaultContact)
  const ordered = firstThenById(contacts.filter(isActiveContact), contact =>
    defaultId === undefined ? isTrue(contact.defaultFlag) : contact.id === defaultId
  )
  const ownPhone = { typed: phoneNumber, label: 'Company' }
  return {
    client: {
      name: clientNameOf(company.id, company.name),
      address: address({ line1, line2, city, state, postalCode, country }),
      emails: emailsOf(contactItems(ordered, 'email')),
      phones: phonesOf([ownPhone, ...contactItems(ordered, 'phone')], country),
      websites: websitesOf([website])
    }
  }
}

/**
 * The items of a kind in the contacts' order, within a contact the default item first. The label is a name that each
 * instance chooses, so only communicationType tells a fax from a phone.
 */
function contactItems(contacts: readonly VendorRecord[], kind: 'email' | 'phone'): PhoneLine[] {
  const lines: PhoneLine[] = []
  for (const contact of contacts) {
    const items = listWithin(contact, 'communicationItems')
    const ofKind = items.filter(item => text(within(item, 'communicationType'))?.toLowerCase() === kind)
    if (ofKind.length > 1) ofKind.sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)))
    for (const item of ofKind) {
      const [typed, extension] = [within(item, 'value'), within(item, 'extension')]
      lines.push({ typed, extension, label: nameOf(within(item, 'type')), owner: contact.id })
    }
  }
  return lines
}

const isDefault = (item: unknown) => isTrue(within(item, 'defaultFlag'))
