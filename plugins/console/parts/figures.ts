import { type Content, type Html, html } from '../html.ts'
import { count } from './words.ts'

export interface Figure {
  readonly value: number
  readonly words: Content
  readonly quiet?: boolean
}

/** Numbers with what they count below. big: two of them are all that a card says. */
export function figures(items: readonly Figure[], size: 'normal' | 'big' | 'six' = 'normal'): Html {
  return html`<dl class="${size === 'six' ? 'figures six' : 'figures'}">${items.map(({ value, words, quiet }) => {
    const kind = size === 'big' ? 'figure big' : 'figure'
    return html`<div class="${kind}"><dt>${words}</dt><dd class="${quiet ? 'number quiet' : 'number'}">${count(value)}</dd></div>`
  })}</dl>`
}
