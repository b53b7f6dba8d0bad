import { attributes, type Html, html } from '../html.ts'

/** How far something is; without a maximum it only shows that it goes on. */
export function progress(label: string, value: number, max: number | null, done = false): Html {
  const kind = done ? 'progress done' : 'progress'
  if (done) return html`<progress class="${kind}" value="1" max="1" aria-label="${label}"></progress>`
  if (max === null || max <= 0) return html`<progress class="${kind}" aria-label="${label}"></progress>`
  return html`<progress ${attributes({ class: kind, value: Math.min(value, max), max, 'aria-label': label })}></progress>`
}
