import { type Content, type Html, html } from '../html.ts'
import { linkButton } from './button.ts'
import { icon } from './icon.ts'

export interface Pager {
  readonly words: Content
  readonly first?: string | null
  readonly previous?: string | null
  readonly next?: string | null
}

/** Under a list: what of it is shown, and the ways to the rest. */
export function pager({ words, first, previous, next }: Pager): Html {
  const small = { small: true, kind: 'plain' } as const
  return html`<nav class="pager" aria-label="Pages"><span class="number">${words}</span><span class="actions">
${first && linkButton('First page', first, small)}
${previous && linkButton('Previous', previous, small)}
${next && linkButton(html`Next page ${icon('arrow', 'small')}`, next, { small: true })}
</span></nav>`
}
