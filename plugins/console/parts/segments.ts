import { attributes, type Html, html } from '../html.ts'

export interface Segment {
  readonly label: string
  readonly href: string
  readonly current: boolean
}

/** One of a few views of the same list; each is a link. */
export function segments(label: string, items: readonly Segment[]): Html {
  return html`<nav class="segments" aria-label="${label}">${items.map(
    ({ label, href, current }) =>
      html`<a ${attributes({ class: 'segment', href, 'aria-current': current && 'true' })}>${label}</a>`
  )}</nav>`
}
