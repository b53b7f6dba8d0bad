import { address, type Contribution, emailsOf, phonesOf, websitesOf } from '../../../plugins/connector/contract.ts'
import type { CustomerRecord } from '../syncs/compose-contacts.ts'
import { clientName } from './client-name.ts'
import { contactItems, contactsInOrder } from './contact-items.ts'
import { nameOf } from './references.ts'

/** The customer profile: what "Active Customers" owns of a client. The address is that of its primary site. */
export function toCustomer({ company, contacts }: CustomerRecord): Contribution {
  const { addressLine1: line1, addressLine2: line2, city, state, zip: postalCode, phoneNumber, website } = company
  const country = nameOf(company.country)
  const ordered = contactsInOrder(company, contacts)
  const ownPhone = { typed: phoneNumber, label: 'Company' }
  return {
    client: {
      name: clientName(company),
      address: address({ line1, line2, city, state, postalCode, country }),
      emails: emailsOf(contactItems(ordered, 'email')),
      phones: phonesOf([ownPhone, ...contactItems(ordered, 'phone')], country),
      websites: websitesOf([website])
    }
  }
}
