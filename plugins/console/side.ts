/** What stands beside every page: whose console it is, where it leads, and who is signed in. */
import type { Assets } from './assets.ts'
import { attributes, drawn, type Html, html } from './html.ts'
import { hidden } from './parts/button.ts'
import { type IconName, icon } from './parts/icon.ts'
import { count, name as personal } from './parts/words.ts'

export type Place = 'integrations' | 'attention' | 'clients' | 'runs' | 'activity'
export const shades = ['light', 'dark'] as const
export type Shade = (typeof shades)[number]

/** Who looks, and how. */
export interface Viewer {
  readonly tenant: string
  readonly sub: string
  readonly mayUpdate: boolean
  readonly mayReadClients: boolean
  readonly mayReadActivity: boolean
  readonly csrf: string
  /** In a frame of the platform's: without what the platform itself has around it. */
  readonly embedded: boolean
  /** How many things need somebody. */
  readonly attention: number
}

export interface Frame {
  readonly name: string
  /** The sign is the platform's own. */
  readonly ownSign: boolean
  readonly assets: Assets
  /** null: the system's. */
  readonly shade: Shade | null
}

const places: readonly { place: Place; label: string; href: string; icon: IconName }[] = [
  { place: 'integrations', label: 'Integrations', href: '/console/integrations', icon: 'plug' },
  { place: 'attention', label: 'Needs you', href: '/console/attention', icon: 'bell' },
  { place: 'clients', label: 'Manage Clients', href: '/console/clients', icon: 'people' },
  { place: 'runs', label: 'Runs', href: '/console/runs', icon: 'clock' },
  { place: 'activity', label: 'Activity', href: '/console/activity', icon: 'lines' }
]

const sign = drawn`<svg class="sign" viewBox="0 0 26 26" aria-hidden="true"><rect class="brand-ground" width="26" height="26" rx="7"/><g class="brand-link"><path d="M7.2 12.4A5.9 5.9 0 0 1 17.6 9l1.2 1.5M18.9 6.9v3.7h-3.7"/><path d="M18.8 13.6A5.9 5.9 0 0 1 8.4 17l-1.2-1.5M7.1 19.1v-3.7h3.7"/></g></svg>`

export function placeLinks(viewer: Viewer, now: Place | undefined): Html {
  return html`<nav class="side-links" aria-label="Main">${places.map(entry => placeLink(entry, viewer, now))}</nav>`
}

export function brand({ name, ownSign, assets }: Frame): Html {
  const picture = ownSign ? html`<img class="sign" src="${assets.sign.url}" alt="" width="26" height="26">` : sign
  return html`<a class="brand" href="/console">${picture}${personal(name)}</a>`
}

function placeLink(
  { place, label, href, icon: drawing }: (typeof places)[number],
  viewer: Viewer,
  now: Place | undefined
) {
  if (place === 'clients' && !viewer.mayReadClients) return null
  if (place === 'activity' && !viewer.mayReadActivity) return null
  const attention = place === 'attention' ? viewer.attention : 0
  const link = attributes({ class: 'side-link', href, 'aria-current': place === now && 'page' })
  return html`<a ${link}>${icon(drawing)}${label}${attention > 0 && html`<span class="side-count number">${count(attention)}<span class="unseen"> ${attention === 1 ? 'thing' : 'things'}</span></span>`}</a>`
}

export function foot({ shade }: Frame, { tenant, sub, csrf }: Viewer): Html {
  return html`<div class="side-foot">
<div class="who"><strong>${personal(tenant)}</strong><span class="quiet">${personal(sub)}</span></div>
<div class="side-tools">
<form method="post" action="/console/sign-out">${hidden({ _csrf: csrf })}<button class="button plain small" type="submit">${icon('door', 'small')}Sign out</button></form>
<form class="themes" method="post" action="/console/theme" aria-label="Colours">${hidden({ _csrf: csrf })}
${shadeButton('system', 'As the system', 'system', shade === null)}${shadeButton('light', 'Light', 'light', shade === 'light')}${shadeButton('dark', 'Dark', 'dark', shade === 'dark')}
</form>
</div>
</div>`
}

function shadeButton(value: string, label: string, drawing: IconName, pressed: boolean): Html {
  const given = { class: 'theme', type: 'submit', name: 'shade', value, title: label, 'aria-label': label }
  return html`<button ${attributes({ ...given, 'aria-pressed': String(pressed) })}>${icon(drawing, 'small')}</button>`
}
