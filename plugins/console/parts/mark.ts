import { drawn, type Html, html } from '../html.ts'

const shapes = [
  drawn`<path d="M24 12a12 12 0 0 0 0 24z"/><circle cx="32" cy="24" r="6" opacity=".45"/>`,
  drawn`<path d="M11 31a13 13 0 0 1 26 0z" opacity=".45"/><circle cx="24" cy="26" r="6.5"/>`,
  drawn`<rect x="12" y="12" width="14" height="14" rx="3"/><rect x="22" y="22" width="14" height="14" rx="3" opacity=".45"/>`,
  drawn`<path d="M24 11l13 13-13 13z" opacity=".45"/><path d="M24 17v14L11 24z"/>`,
  drawn`<circle cx="19" cy="24" r="8"/><circle cx="29" cy="24" r="8" opacity=".45"/>`,
  drawn`<path d="M12 34V18l12-6v22z"/><path d="M27 34V20h9v14z" opacity=".45"/>`
] as const
const grounds = 6

/** Of a connector, made of its name: two shapes on one of six grounds. No vendor's sign. */
export function mark(name: string, size: 'normal' | 'large' = 'normal'): Html {
  let hash = 2166136261
  for (const letter of name) hash = Math.imul(hash ^ letter.codePointAt(0)!, 16777619)
  // Names that differ in their last letters shall differ in both.
  hash = Math.imul(hash ^ (hash >>> 15), 2246822519)
  hash = (hash ^ (hash >>> 13)) >>> 0
  const kind = size === 'large' ? 'mark large' : 'mark'
  return html`<svg class="${kind}" viewBox="0 0 48 48" aria-hidden="true">
<rect class="${`ground-${hash % grounds}`}" width="48" height="48"/>
<g class="shapes">${shapes[Math.floor(hash / grounds) % shapes.length]}</g>
</svg>`
}
