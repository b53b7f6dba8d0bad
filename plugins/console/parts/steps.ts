import { type Html, html } from '../html.ts'

const installSteps = ['Connect', 'Check', 'Preview', 'Done'] as const
export type InstallStep = (typeof installSteps)[number]

/** Where one is on a way of a few steps. */
export function steps(current: InstallStep): Html {
  const at = installSteps.indexOf(current)
  return html`<nav aria-label="Steps"><ol class="steps">${installSteps.map((step, i) => {
    if (i === at) return html`<li aria-current="step"><span>${step}</span></li>`
    return i < at ? html`<li class="done"><span>${step}</span></li>` : html`<li><span>${step}</span></li>`
  })}</ol></nav>`
}
