import { attributes, type Content, type Html, html } from '../html.ts'

export interface Ranked {
  readonly name: Content
  /** Of the longest bar, 0 to 1. */
  readonly share: number
  /** What the bar stands for, in words. */
  readonly value: Content
}

/** A bar for each, the longest first; the words beside them say the same. */
export function ranking(items: readonly Ranked[]): Html {
  return html`<ol class="ranking">${items.map(({ name, share, value }) => {
    const width = Math.round(Math.max(0, Math.min(1, share)) * 1000) / 10
    const rect = attributes({ class: 'match', width: Math.max(width, 0.5), height: 10 })
    return html`<li><span class="name">${name}</span><svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true"><rect ${rect}/></svg><span class="number value">${value}</span></li>`
  })}</ol>`
}
