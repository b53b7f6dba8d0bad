import { attributes, type Html, html } from '../html.ts'
import { icon } from './icon.ts'
import { emphasized } from './words.ts'

export interface Guide {
  /** The question that unfolds the answer. */
  readonly question: string
  /** One after the other; `**bold**` is what stands on the vendor's screen. */
  readonly steps: readonly string[]
  /** Beside them. */
  readonly picture?: Html | null
  readonly open?: boolean
}

/** Help that unfolds under the field that it is about. */
export function guide({ question, steps, picture, open }: Guide): Html {
  return html`<details ${attributes({ class: 'guide', open })}>
<summary>${icon('chevron', 'small')}${question}</summary>
<div class="guide-body">
<ol>${steps.map(step => html`<li><span>${emphasized(step)}</span></li>`)}</ol>
${picture}
</div>
</details>`
}

/** The same way of unfolding for anything else. */
export function unfold(summary: string, body: Html, options: { open?: boolean; id?: string } = {}): Html {
  return html`<details ${attributes({ class: 'guide', open: options.open, id: options.id })}>
<summary>${icon('chevron', 'small')}${summary}</summary>
<div class="unfolded">${body}</div>
</details>`
}
