/** Names and values of a connector's own, as people read them. */
import { type Content, html } from '../html.ts'
import { count, name } from './words.ts'

/** `activeContacts` → `Active contacts`, `companyId` → `Company ID` */
export function labelOf(key: string): string {
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[-_]+/g, ' ')
    .toLowerCase()
    .replace(/\bid\b/g, 'ID')
    .replace(/\bapi\b/g, 'API')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

export function shownValue(value: unknown): Content {
  if (value === null || value === undefined || value === '') return html`<span class="faint">none</span>`
  if (Array.isArray(value)) return value.length === 0 ? html`<span class="faint">none</span>` : name(value.join(', '))
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'number') return count(value)
  return name(String(value))
}
