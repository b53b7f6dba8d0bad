import { drawn, type Html, html } from '../html.ts'

/** Own drawings on a grid of 18, stroke 1.6 with round ends. */
const drawings = {
  arrow: drawn`<path d="M3.5 9h11M10 4.5 14.5 9 10 13.5"/>`,
  bell: drawn`<path d="M4.5 13h9l-1.2-1.8V8a3.3 3.3 0 0 0-6.6 0v3.2zM7.6 15.2c.8.7 2 .7 2.8 0M9 3.2v1.4"/>`,
  back: drawn`<path d="M14.5 9h-11M8 4.5 3.5 9 8 13.5"/>`,
  check: drawn`<path d="M4 9.6 7.4 13 14 5.6"/>`,
  chevron: drawn`<path d="M7 4.5 11.5 9 7 13.5"/>`,
  clock: drawn`<path d="M3.1 5.6A6.8 6.8 0 1 1 2.2 9.4M2.8 2.5v3.3h3.3M9 5.6V9l2.5 1.5"/>`,
  cross: drawn`<path d="M5 5l8 8M13 5l-8 8"/>`,
  dark: drawn`<path d="M14.8 11.1A6.3 6.3 0 0 1 6.9 3.2a6.3 6.3 0 1 0 7.9 7.9z"/>`,
  dash: drawn`<path d="M5 9h8"/>`,
  door: drawn`<path d="M7.5 3H4v12h3.5M11.5 6l3 3-3 3M14.5 9H7.5"/>`,
  down: drawn`<path d="M9 3.5v11M4.5 10 9 14.5 13.5 10"/>`,
  download: drawn`<path d="M9 3v8M5.5 7.8 9 11.3l3.5-3.5M3.5 14.8h11"/>`,
  info: drawn`<path d="M9 15.8A6.8 6.8 0 1 0 9 2.2a6.8 6.8 0 0 0 0 13.6zM9 8.4v3.8M9 5.7h.01"/>`,
  lines: drawn`<path d="M2.5 4.5h8M14 4.5h1.5M2.5 9h13M2.5 13.5h3M9 13.5h6.5M12.2 3.4v2.2M7.2 12.4v2.2"/>`,
  light: drawn`<path d="M9 12.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4zM9 1.8v1.4M9 14.8v1.4M1.8 9h1.4M14.8 9h1.4M3.9 3.9l1 1M13.1 13.1l1 1M14.1 3.9l-1 1M4.9 13.1l-1 1"/>`,
  more: drawn`<path d="M4 9h.01M9 9h.01M14 9h.01"/>`,
  people: drawn`<path d="M7 8.4a2.7 2.7 0 1 0 0-5.4 2.7 2.7 0 0 0 0 5.4zM2 15c0-2.6 2.2-4.2 5-4.2s5 1.6 5 4.2M12 3.3a2.7 2.7 0 0 1 0 4.9M13.5 11c1.5.7 2.5 2.1 2.5 4"/>`,
  plug: drawn`<path d="M6.2 2v3.8M11.8 2v3.8M4.5 5.8h9v3a4.5 4.5 0 0 1-9 0zM9 13.3V16"/>`,
  question: drawn`<path d="M9 15.8A6.8 6.8 0 1 0 9 2.2a6.8 6.8 0 0 0 0 13.6zM7 7.2a2 2 0 1 1 2.9 1.8c-.6.3-.9.6-.9 1.2M9 12.5h.01"/>`,
  search: drawn`<path d="M8 12.8A4.8 4.8 0 1 0 8 3.2a4.8 4.8 0 0 0 0 9.6zM11.6 11.6l3.9 3.9"/>`,
  spark: drawn`<path d="M9 2.4c.6 3.9 2.7 6 6.6 6.6-3.9.6-6 2.7-6.6 6.6-.6-3.9-2.7-6-6.6-6.6 3.9-.6 6-2.7 6.6-6.6z"/>`,
  system: drawn`<path d="M2.5 3.5h13v8.5h-13zM6.5 15h5M9 12v3"/>`,
  undo: drawn`<path d="M6.6 3.4 3.2 6.8l3.4 3.4M3.2 6.8h7.4a4 4 0 0 1 0 8H7"/>`,
  up: drawn`<path d="M9 14.5v-11M4.5 8 9 3.5 13.5 8"/>`,
  warning: drawn`<path d="M9 2.9 16 15H2zM9 7.4v3.4M9 12.9h.01"/>`
} as const

export type IconName = keyof typeof drawings

/** Stands beside a word that says the same, so it is told to nobody who listens. @default 18 px; small: 14 */
export function icon(name: IconName, size: 'normal' | 'small' = 'normal'): Html {
  const kind = size === 'small' ? 'icon s' : 'icon'
  return html`<svg class="${kind}" viewBox="0 0 18 18" aria-hidden="true">${drawings[name]}</svg>`
}
