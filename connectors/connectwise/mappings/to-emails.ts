import type { ClientProfile } from '../../../plugins/connector/contract.ts'
import type { ContactItem } from './contact-items.ts'

/** Each address once, capitals aside; what has no @ is a note, not an address. */
export function toEmails(items: readonly ContactItem[]): ClientProfile['emails'] {
  const seen = new Map<string, ContactItem>()
  for (const item of items) {
    const key = item.value.toLowerCase()
    if (item.value.includes('@') && !seen.has(key)) seen.set(key, item)
  }
  return [...seen.values()].map(({ value, label }, index) => ({ value, label, primary: index === 0 }))
}
