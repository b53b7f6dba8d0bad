import { type Content, type Html, html } from '../html.ts'

export interface Arrival {
  readonly name: string
  readonly href: string
  /** At the right. */
  readonly aside: Content
}

const widths = ['w1', 'w2', 'w3', 'w2', 'w1', 'w3', 'w1', 'w2'] as const

/** The newest few; before there is one, rows of the same height, so that nothing moves. */
export function arrivals(items: readonly Arrival[]): Html {
  if (items.length === 0) {
    const rows = widths.map(width => html`<li><span class="${`skeleton ${width}`}"></span></li>`)
    return html`<ul class="arrivals" aria-hidden="true">${rows}</ul>`
  }
  return html`<ul class="arrivals">${items.map(
    ({ name, href, aside }) =>
      html`<li><a class="name" href="${href}"><bdi>${name}</bdi></a><span class="faint small">${aside}</span></li>`
  )}</ul>`
}
