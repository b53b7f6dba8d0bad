import { referredId, type VendorRecord } from '../api/records.ts'
import { isTrue, nameOf, text } from './text.ts'

/** One line of a contact's communication items that says something. */
export interface ContactItem {
  readonly value: string
  readonly extension: string | null
  readonly label: string | null
}

type Company = Readonly<Record<string, unknown>>

/**
 * The items of a kind, the default contact's first, then by contact id; within a contact the default item first. The
 * label is a name that each instance chooses, so only communicationType tells a fax from a phone.
 */
export function contactItems(
  company: Company,
  contacts: readonly VendorRecord[],
  kind: 'Email' | 'Phone'
): ContactItem[] {
  const defaultId = referredId(company.defaultContact)
  const isDefault = (contact: VendorRecord) =>
    defaultId === undefined ? isTrue(contact.defaultFlag) : contact.id === defaultId
  return contacts
    .filter(contact => !isTrue(contact.inactiveFlag))
    .toSorted((a, b) => Number(isDefault(b)) - Number(isDefault(a)) || Number(a.id) - Number(b.id))
    .flatMap(contact => itemsOf(contact, kind))
}

function itemsOf({ communicationItems }: VendorRecord, kind: string): ContactItem[] {
  if (!Array.isArray(communicationItems)) return []
  return communicationItems
    .filter(item => text(item?.communicationType)?.toLowerCase() === kind.toLowerCase())
    .toSorted((a, b) => Number(isTrue(b.defaultFlag)) - Number(isTrue(a.defaultFlag)))
    .flatMap(item => {
      const value = text(item.value)
      return value === null ? [] : [{ value, extension: text(item.extension), label: nameOf(item.type) }]
    })
}
