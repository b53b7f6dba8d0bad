import type { ClientProfile } from '../../../plugins/connector/contract.ts'
import type { ContactItem } from './contact-items.ts'
import { text } from './text.ts'

/** The company's own number first; each number once, however it is written. What has no digit is a note. */
export function toPhones(companyNumber: unknown, items: readonly ContactItem[]): ClientProfile['phones'] {
  const own = text(companyNumber)
  const all = own === null ? items : [{ value: own, extension: null, label: 'Company' }, ...items]
  const seen = new Map<string, ContactItem>()
  for (const item of all) {
    const key = `${dialled(item.value)}x${dialled(item.extension ?? '')}`
    if (/\d/.test(item.value) && !seen.has(key)) seen.set(key, item)
  }
  return [...seen.values()].map(({ value, extension, label }, index) => ({
    value,
    extension,
    label,
    primary: index === 0
  }))
}

/** Digits and letters alone: +1 (813) 555-0100, 1-800-FLOWERS. */
function dialled(number: string): string {
  return number.toLowerCase().replace(/[^0-9a-z]/g, '')
}
