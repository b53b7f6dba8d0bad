import { attributes, type Content, type Html, html } from '../html.ts'
import { type IconName, icon } from './icon.ts'

export interface Notice {
  /** @default 'info' */
  readonly tone?: 'info' | 'good' | 'warn' | 'bad'
  readonly title?: Content
  readonly text?: Content
  readonly action?: Content
  /** Told to who listens as soon as it stands there. */
  readonly spoken?: boolean
}

const icons: Readonly<Record<NonNullable<Notice['tone']>, IconName>> = {
  info: 'info',
  good: 'check',
  warn: 'warning',
  bad: 'warning'
}

/** What has happened, where it happened. */
export function notice({ tone = 'info', title, text, action, spoken }: Notice): Html {
  const kind = tone === 'info' ? 'notice' : `notice ${tone}`
  return html`<div ${attributes({ class: kind, role: spoken ? 'status' : undefined })}>
${icon(icons[tone])}
<div>${title !== undefined && html`<strong>${title}</strong>`}${text !== undefined && html`<p>${text}</p>`}</div>
${action}
</div>`
}
