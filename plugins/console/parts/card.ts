import { type Level, levelWords } from '../../connector/levels.ts'
import { attributes, type Content, type Html, html } from '../html.ts'
import { pill } from './state.ts'

export interface Card {
  readonly id?: string
  readonly body: Content
  /** Words at the left, buttons at the right, under a line. */
  readonly foot?: Content
  /** Cards side by side: the feet stand in one line. */
  readonly upright?: boolean
}

export function card({ id, body, foot, upright }: Card): Html {
  const kind = upright ? 'card upright' : 'card'
  return html`<div ${attributes({ class: kind, id })}>
<div class="card-body">${body}</div>
${foot && html`<div class="card-foot">${foot}</div>`}
</div>`
}

/** A title and what belongs to it at the other end of its line. quiet: no larger than what stands below it. */
export function cardHead(title: Content, aside?: Content, look: 'title' | 'quiet' = 'title'): Html {
  const heading = look === 'title' ? html`<h2>${title}</h2>` : html`<h2 class="h3">${title}</h2>`
  return html`<div class="between">${heading}${aside}</div>`
}

export function actions(...buttons: readonly Content[]): Html {
  return html`<div class="actions">${buttons}</div>`
}

/** Names and values, one a line. */
export function facts(rows: readonly (readonly [Content, Content] | false | null)[]): Html {
  const given = rows.filter(row => row !== false && row !== null)
  return html`<dl class="facts">${given.map(([term, value]) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}</dl>`
}

/** What a connector's tests hold it to. */
export function levelMark(level: Level): Html {
  return html`<span class="level">${pill(`Tested: ${level}`)} <span class="small quiet">${levelWords[level]}</span></span>`
}
