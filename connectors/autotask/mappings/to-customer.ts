import {
  address,
  type Contribution,
  type EmailLine,
  emailsOf,
  type PhoneLine,
  phonesOf,
  text,
  websitesOf
} from 'integration-host/connector'
import { clientNameOf, firstThenById, type VendorRecord } from 'integration-host/connector/kit'
import { type CustomerRecord, isActiveContact } from '../syncs/with-contacts.ts'

/** The customer profile: what "Active Customers" owns of a client. */
export function toCustomer({ company, contacts, onlyPrimary, country }: CustomerRecord): Contribution {
  const { address1: line1, address2, additionalAddressInformation, city, state, postalCode } = company
  const second = [text(address2), text(additionalAddressInformation)].filter(part => part !== null)
  const wanted = contacts.filter(contact => isActiveContact(contact) && (!onlyPrimary || isPrimary(contact)))
  const ordered = firstThenById(wanted, isPrimary)
  const own = [company.phone, company.alternatePhone1, company.alternatePhone2]
  return {
    client: {
      name: clientNameOf(company.id, company.companyName),
      address: address({ line1, line2: second.join(', '), city, state, postalCode, country }),
      emails: emailsOf(ordered.flatMap(emailLines)),
      phones: phonesOf([...own.map(typed => ({ typed, label: 'Company' })), ...ordered.flatMap(phoneLines)], country),
      websites: websitesOf([company.webAddress])
    }
  }
}

const isPrimary = ({ primaryContact }: VendorRecord) => primaryContact === true

const emailLines = ({ emailAddress, emailAddress2, emailAddress3 }: VendorRecord): EmailLine[] => [
  { typed: emailAddress, label: 'E-mail' },
  { typed: emailAddress2, label: 'E-mail 2' },
  { typed: emailAddress3, label: 'E-mail 3' }
]

const phoneLines = ({ id, phone, extension, mobilePhone, alternatePhone }: VendorRecord): PhoneLine[] => [
  { typed: phone, extension, label: 'Phone', owner: id },
  { typed: mobilePhone, label: 'Mobile', owner: id },
  { typed: alternatePhone, label: 'Alternate', owner: id }
]
