import { type Content, type Html, html } from '../html.ts'

/** good: dot, warn: diamond, bad: square, off: ring, busy: breathing dot. */
export type Tone = 'good' | 'warn' | 'bad' | 'off' | 'busy'

/** A mark and words: colour alone says nothing. */
export function state(tone: Tone, words: Content): Html {
  return html`<span class="${`state ${tone}`}"><span class="state-dot" aria-hidden="true"></span>${words}</span>`
}

export function pill(text: Content, tone: 'plain' | 'good' | 'warn' | 'bad' | 'accent' = 'plain'): Html {
  return html`<span class="${tone === 'plain' ? 'pill' : `pill ${tone}`}">${text}</span>`
}
