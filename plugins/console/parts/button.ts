import { attributes, type Content, type Html, html } from '../html.ts'

export type ButtonKind = 'normal' | 'main' | 'plain' | 'danger'

interface Look {
  /** At most one `main` in a card. @default 'normal' */
  readonly kind?: ButtonKind
  readonly small?: boolean
}

const classOf = ({ kind = 'normal', small }: Look) =>
  ['button', kind === 'main' ? 'main-action' : kind === 'danger' ? 'plain danger' : kind, small && 'small']
    .filter(name => name && name !== 'normal')
    .join(' ')

/** Sends the form that it is in; `name` and `value` go with it, `action` instead of the form's own. */
export function button(
  label: Content,
  options: Look & {
    name?: string
    value?: string
    action?: string
    form?: string
    id?: string
    skipChecks?: boolean
  } = {}
): Html {
  const { name, value, action: formaction, form, id, skipChecks: formnovalidate } = options
  return html`<button ${attributes({ class: classOf(options), type: 'submit', id, name, value, formaction, form, formnovalidate })}>
<span class="spin" aria-hidden="true"></span>${label}</button>`
}

/** Leads to another page. */
export function linkButton(
  label: Content,
  href: string,
  options: Look & {
    /** A question: where there is script it is asked in place. */
    dialog?: boolean
    /** Ends such a question. */
    close?: boolean
    download?: boolean
  } = {}
): Html {
  const { dialog, close, download } = options
  const given = { class: classOf(options), href, download, 'data-dialog': dialog, 'data-close': close }
  return html`<a ${attributes(given)}>${label}</a>`
}

export interface Post {
  readonly action: string
  /** The session's form token. */
  readonly csrf: string
  /** Fields that nobody types. */
  readonly fields?: Readonly<Record<string, string>>
}

/** A form of nothing but a button: every change is a POST. */
export function postButton(label: Content, { action, csrf, fields = {} }: Post, look: Look = {}): Html {
  return html`<form method="post" action="${action}">${hidden({ _csrf: csrf, ...fields })}${button(label, look)}</form>`
}

/** Fields that nobody sees. */
export function hidden(fields: Readonly<Record<string, string>>): Html {
  return html`${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}`
}
