import { type PhoneLine, text } from '../../../plugins/connector/contract.ts'
import { referredId, type VendorRecord } from '../api/records.ts'
import { isTrue, nameOf } from './references.ts'

type Company = Readonly<Record<string, unknown>>

/** The active contacts, the default one first, then by id. */
export function contactsInOrder(company: Company, contacts: readonly VendorRecord[]): readonly VendorRecord[] {
  const active = contacts.filter(contact => !isTrue(contact.inactiveFlag))
  if (active.length < 2) return active
  const defaultId = referredId(company.defaultContact)
  const isDefault = (contact: VendorRecord) =>
    defaultId === undefined ? isTrue(contact.defaultFlag) : contact.id === defaultId
  return active.sort((a, b) => Number(isDefault(b)) - Number(isDefault(a)) || Number(a.id) - Number(b.id))
}

/**
 * The items of a kind in the contacts' order, within a contact the default item first. The label is a name that each
 * instance chooses, so only communicationType tells a fax from a phone.
 */
export function contactItems(contacts: readonly VendorRecord[], kind: 'email' | 'phone'): PhoneLine[] {
  const lines: PhoneLine[] = []
  for (const { id, communicationItems } of contacts) {
    if (!Array.isArray(communicationItems)) continue
    const ofKind = communicationItems.filter(item => text(item?.communicationType)?.toLowerCase() === kind)
    if (ofKind.length > 1) ofKind.sort((a, b) => Number(isTrue(b.defaultFlag)) - Number(isTrue(a.defaultFlag)))
    for (const { value, extension, type } of ofKind)
      lines.push({ typed: value, extension, label: nameOf(type), owner: id })
  }
  return lines
}
