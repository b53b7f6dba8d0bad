/** What is around every page. */
import { attributes, type Content, type Html, html } from './html.ts'
import { icon } from './parts/icon.ts'
import { notice } from './parts/notice.ts'
import { brand, type Frame, foot, type Place, placeLinks, type Viewer } from './side.ts'

export { type Frame, type Place, type Shade, shades, type Viewer } from './side.ts'

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

/** A page of the console for who is signed in. */
export function framed(frame: Frame, viewer: Viewer, page: Page): Html {
  const main = attributes({ class: 'main', id: 'main', tabindex: -1, 'data-live': page.live })
  return documentOf(
    frame,
    page,
    html`<div class="${viewer.embedded ? 'frame embedded' : 'frame'}">
<header class="side"><div class="side-in">
${!viewer.embedded && brand(frame)}
${placeLinks(viewer, page.place)}
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
