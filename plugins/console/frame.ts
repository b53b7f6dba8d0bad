/** What is around every page. */
import type { Assets } from './assets.ts'
import { attributes, type Content, drawn, type Html, html } from './html.ts'
import { hidden } from './parts/button.ts'
import { type IconName, icon } from './parts/icon.ts'
import { notice } from './parts/notice.ts'
import { count, name as personal } from './parts/words.ts'

export type Place = 'integrations' | 'clients' | 'runs'
export const shades = ['light', 'dark'] as const
export type Shade = (typeof shades)[number]

/** Who looks, and how. */
export interface Viewer {
  readonly tenant: string
  readonly sub: string
  readonly mayUpdate: boolean
  readonly mayReadClients: boolean
  readonly csrf: string
  /** In a frame of the platform's: without what the platform itself has around it. */
  readonly embedded: boolean
  /** Integrations that need attention. */
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

export interface Page {
  /** Also the window's, with the host's name behind it. */
  readonly title: string
  /** A form came back: the window's title says so first. */
  readonly problem?: boolean
  readonly place?: Place
  /** Forms and receipts. */
  readonly narrow?: boolean
  /** From the top; the last is where one is. */
  readonly crumbs?: readonly (readonly [string, string | null])[]
  readonly body: Content
  /** Where the page's parts come from while it is open. */
  readonly live?: string | undefined
  /** Something is under way: without script the page is asked for again. */
  readonly underWay?: boolean
}

const places: readonly { place: Place; label: string; href: string; icon: IconName }[] = [
  { place: 'integrations', label: 'Integrations', href: '/console/integrations', icon: 'plug' },
  { place: 'clients', label: 'Manage Clients', href: '/console/clients', icon: 'people' },
  { place: 'runs', label: 'Runs', href: '/console/runs', icon: 'clock' }
]

const sign = drawn`<svg class="sign" viewBox="0 0 26 26" aria-hidden="true"><rect class="brand-ground" width="26" height="26" rx="7"/><g class="brand-link"><path d="M7.2 12.4A5.9 5.9 0 0 1 17.6 9l1.2 1.5M18.9 6.9v3.7h-3.7"/><path d="M18.8 13.6A5.9 5.9 0 0 1 8.4 17l-1.2-1.5M7.1 19.1v-3.7h3.7"/></g></svg>`

/** A page of the console for who is signed in. */
export function framed(frame: Frame, viewer: Viewer, page: Page): Html {
  const main = attributes({ class: 'main', id: 'main', tabindex: -1, 'data-live': page.live })
  return documentOf(
    frame,
    page,
    html`<div class="${viewer.embedded ? 'frame embedded' : 'frame'}">
<header class="side"><div class="side-in">
${!viewer.embedded && brand(frame)}
<nav class="side-links" aria-label="Main">${places.map(entry => placeLink(entry, viewer, page.place))}</nav>
${!viewer.embedded && foot(frame, viewer)}
</div></header>
<main ${main}><div class="${page.narrow ? 'column narrow' : 'column'}">
${page.crumbs && crumbs(page.crumbs)}
${!viewer.mayUpdate && readOnly}
${page.body}
</div></main>
</div>`
  )
}

/** A page without a way around it: to sign in, or to say that there is none. */
export function alone(frame: Frame, page: Page): Html {
  return documentOf(
    frame,
    page,
    html`<div class="alone"><main id="main" tabindex="-1">${brand(frame)}${page.body}</main></div>`
  )
}

function documentOf({ name, assets, shade }: Frame, page: Page, body: Html): Html {
  const title = `${page.problem ? 'Problem: ' : ''}${page.title} · ${name}`
  return html`<!doctype html>
<html ${attributes({ lang: 'en', 'data-theme': shade })}>
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="${shade ?? 'light dark'}">
<title>${title}</title>
<link rel="preload" href="${assets.font.url}" as="font" type="font/woff2" crossorigin>
<link rel="stylesheet" href="${assets.style.url}">
<link rel="icon" href="${assets.sign.url}" type="${assets.sign.type}">
<script type="module" src="${assets.script.url}"></script>
${page.underWay && html`<noscript><meta http-equiv="refresh" content="2"></noscript>`}
</head>
<body>
<a class="skip" href="#main">Skip to content</a>
${body}
</body>
</html>
`
}

function brand({ name, ownSign, assets }: Frame): Html {
  const picture = ownSign ? html`<img class="sign" src="${assets.sign.url}" alt="" width="26" height="26">` : sign
  return html`<a class="brand" href="/console">${picture}${personal(name)}</a>`
}

function placeLink(
  { place, label, href, icon: drawing }: (typeof places)[number],
  viewer: Viewer,
  now: Place | undefined
) {
  if (place === 'clients' && !viewer.mayReadClients) return null
  const attention = place === 'integrations' ? viewer.attention : 0
  const link = attributes({ class: 'side-link', href, 'aria-current': place === now && 'page' })
  return html`<a ${link}>${icon(drawing)}${label}${attention > 0 && html`<span class="side-count number">${count(attention)}<span class="unseen"> need attention</span></span>`}</a>`
}

function foot({ shade }: Frame, { tenant, sub, csrf }: Viewer): Html {
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

function crumbs(items: readonly (readonly [string, string | null])[]): Html {
  return html`<nav class="crumbs" aria-label="Where you are">${items.map(([label, href], i) => {
    const between = i > 0 && icon('chevron', 'small')
    return html`${between}${href === null ? html`<span aria-current="page"><bdi>${label}</bdi></span>` : html`<a href="${href}"><bdi>${label}</bdi></a>`}`
  })}</nav>`
}

const readOnly = notice({
  title: 'You can look at everything here and change nothing',
  text: 'To install or stop an integration, ask someone with Update access to Integrations Management.'
})

export interface Head {
  readonly title: Content
  /** What the page is for. */
  readonly sentence?: Content
  readonly mark?: Html
  readonly aside?: Content
}

/** The one h1 of a page, and a sentence below it. */
export function head({ title, sentence, mark, aside }: Head): Html {
  const words = html`<div class="head-words"><h1>${title}</h1>${sentence !== undefined && html`<p>${sentence}</p>`}</div>`
  return html`<div class="head">${mark ? html`<div class="titled">${mark}${words}</div>` : words}${aside}</div>`
}
