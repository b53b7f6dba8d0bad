import { type Content, drawn, type Html, html } from '../html.ts'

const scenes = {
  clients: drawn`<svg class="scene" viewBox="0 0 144 88" aria-hidden="true">
<rect class="d-paper" x="30" y="10" width="84" height="66" rx="8"/>
<circle class="d-soft" cx="48" cy="30" r="7"/><rect class="d-line" x="62" y="24" width="38" height="5" rx="2.5"/><rect class="d-line" x="62" y="33" width="24" height="4" rx="2"/>
<circle class="d-soft" cx="48" cy="56" r="7"/><rect class="d-line" x="62" y="50" width="30" height="5" rx="2.5"/><rect class="d-line" x="62" y="59" width="36" height="4" rx="2"/>
<path class="d-stroke" d="M8 44h14M16 38l6 6-6 6"/>
</svg>`,
  nobody: drawn`<svg class="scene" viewBox="0 0 144 88" aria-hidden="true">
<rect class="d-paper" x="26" y="14" width="76" height="58" rx="8"/>
<rect class="d-line" x="40" y="28" width="48" height="5" rx="2.5"/><rect class="d-line" x="40" y="40" width="34" height="5" rx="2.5"/><rect class="d-line" x="40" y="52" width="42" height="5" rx="2.5"/>
<circle class="d-hit" cx="96" cy="54" r="15"/><path class="d-stroke" d="M107 65l13 13"/>
</svg>`,
  plug: drawn`<svg class="scene" viewBox="0 0 144 88" aria-hidden="true">
<rect class="d-paper" x="12" y="26" width="44" height="36" rx="8"/><rect class="d-paper" x="88" y="26" width="44" height="36" rx="8"/>
<path class="d-stroke" d="M56 38h10M56 50h10M78 44h10"/><path class="d-hit" d="M66 32h4a12 12 0 0 1 0 24h-4z"/>
</svg>`,
  runs: drawn`<svg class="scene" viewBox="0 0 144 88" aria-hidden="true">
<circle class="d-paper" cx="72" cy="44" r="30"/><path class="d-stroke" d="M72 26v18l12 8"/>
<rect class="d-line" x="8" y="34" width="22" height="5" rx="2.5"/><rect class="d-line" x="14" y="48" width="16" height="5" rx="2.5"/>
<rect class="d-line" x="114" y="34" width="22" height="5" rx="2.5"/><rect class="d-line" x="114" y="48" width="16" height="5" rx="2.5"/>
</svg>`
} as const

export interface Empty {
  readonly scene: keyof typeof scenes
  readonly title: Content
  readonly text: Content
  readonly actions?: Content
}

/** In the place of a list that has nothing. */
export function empty({ scene, title, text, actions }: Empty): Html {
  return html`<div class="empty">
${scenes[scene]}
<h2>${title}</h2>
<p>${text}</p>
${actions !== undefined && html`<div class="actions">${actions}</div>`}
</div>`
}
