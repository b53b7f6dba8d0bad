import type { Contribution } from '../../../plugins/connector/contract.ts'
import type { CustomerRecord } from '../syncs/compose-contacts.ts'
import { toAddress } from './address.ts'
import { clientName } from './client-name.ts'
import { contactItems, contactsInOrder } from './contact-items.ts'
import { text } from './text.ts'
import { toEmails } from './to-emails.ts'
import { toPhones } from './to-phones.ts'

/** The customer profile: what "Active Customers" owns of a client. */
export function toCustomer({ company, contacts }: CustomerRecord): Contribution {
  const website = text(company.website)
  const ordered = contactsInOrder(company, contacts)
  return {
    client: {
      name: clientName(company),
      address: toAddress(company),
      emails: toEmails(contactItems(ordered, 'email')),
      phones: toPhones(company.phoneNumber, contactItems(ordered, 'phone')),
      // As typed at the vendor, often without a scheme: adding one would be a guess.
      websites: website === null ? [] : [website]
    }
  }
}
