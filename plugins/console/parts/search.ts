import { attributes, type Html, html } from '../html.ts'
import { icon } from './icon.ts'

export interface Search {
  readonly action: string
  readonly label: string
  readonly value: string
  /** What else the list is filtered by. */
  readonly keep?: Readonly<Record<string, string>>
  /** Ids of the parts that follow what is typed. */
  readonly follows?: string
}

/** Follows typing where there is script; Enter works without. */
export function search({ action, label, value, keep = {}, follows }: Search): Html {
  return html`<form class="search" role="search" ${attributes({ method: 'get', action, 'data-search': follows })}>
${icon('search')}
<input ${attributes({ class: 'input', type: 'search', name: 'search', value, 'aria-label': label, placeholder: label, maxlength: 200, autocomplete: 'off', spellcheck: 'false' })}>
${Object.entries(keep).map(([name, kept]) => html`<input type="hidden" name="${name}" value="${kept}">`)}
</form>`
}
