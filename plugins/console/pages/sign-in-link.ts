/** What a link's page says before it is pressed: as whom, and where. */
import type { Caller } from '../../http/auth.ts'
import type { Page } from '../frame.ts'
import { attributes, type Html, html } from '../html.ts'
import { button, hidden, linkButton } from '../parts/button.ts'
import { name } from '../parts/words.ts'

/** @param pressed the script presses it at once */
export function linkPage(link: string, { tenant, sub }: Caller, pressed: boolean): Page {
  return {
    title: 'Sign in',
    body: html`<div class="stack">
<h1>Sign in</h1>
<p>This link opens the console once, for <strong>${name(tenant)}</strong> as <strong>${name(sub)}</strong>.</p>
<p class="small quiet">What you type there belongs to ${name(tenant)}. Go on only if you asked for this link yourself.</p>
<form method="post" action="/console/sign-in">${hidden({ link })}${goOn(pressed)}</form>
</div>`
  }
}

function goOn(pressed: boolean): Html {
  const given = attributes({ class: 'button main-action', type: 'submit', ...(pressed && { 'data-press': '' }) })
  return html`<button ${given}><span class="spin" aria-hidden="true"></span>Continue</button>`
}

/** Whoever is signed in otherwise is asked which of the two is meant. */
export function otherPage(before: Caller, { tenant, sub }: Caller, link: string): Page {
  const leaves = before.tenant !== tenant
  const title = leaves ? html`Leave ${name(before.tenant)} for ${name(tenant)}?` : html`Go on as ${name(sub)}?`
  return {
    title: 'Sign in',
    body: html`<div class="stack">
<h1 class="h2">${title}</h1>
<p>You are signed in for ${name(before.tenant)} as ${name(before.sub)}. This link signs you in for ${name(tenant)} as ${name(sub)}${leaves && html`: what you type there belongs to ${name(tenant)}`}. Go on only if you asked for it yourself.</p>
<form method="post" action="/console/sign-in">${hidden({ link })}<span class="actions">${linkButton('Stay', '/console', { kind: 'main' })}${button('Sign in there')}</span></form>
</div>`
  }
}
