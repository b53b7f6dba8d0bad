import { type Content, type Html, html } from '../html.ts'
import { type IconName, icon } from './icon.ts'

export interface CheckRow {
  readonly id: string
  /** What is tried; shown before it is, so that nothing moves. */
  readonly title: string
  readonly status: 'waiting' | 'running' | 'passed' | 'failed' | 'skipped'
  /** Of one that failed: in the place of the title. Of another: below it, where there is something to do. */
  readonly message?: string | undefined
  readonly fix?: string | undefined
}

const marks: Readonly<Partial<Record<CheckRow['status'], IconName>>> = {
  passed: 'check',
  failed: 'cross',
  skipped: 'dash'
}
const spoken = {
  waiting: 'to be tried',
  running: 'being tried',
  passed: 'passed',
  failed: 'failed',
  skipped: ''
} as const

export function checkRow({ id, title, status, message, fix }: CheckRow): Html {
  const failed = status === 'failed'
  return html`<li class="${`check ${status}`}" id="${id}">
<span class="check-mark">${markOf(status)}</span>
<div class="check-words">
<span class="check-title">${failed && message ? message : title}${aside(status)}</span>
${!failed && fix && message && html`<span class="small">${message}</span>`}
${fix && html`<span class="${failed ? 'check-fix' : 'small'}">${fix}</span>`}
</div>
</li>`
}

function markOf(status: CheckRow['status']): Content {
  const drawing = marks[status]
  if (drawing) return icon(drawing, 'small')
  return status === 'running' && html`<span class="spin" aria-hidden="true"></span>`
}

function aside(status: CheckRow['status']): Html {
  if (status === 'skipped') return html`<span class="check-aside">not tried</span>`
  return html`<span class="unseen">, ${spoken[status]}</span>`
}

export function checkList(rows: readonly CheckRow[]): Html {
  return html`<ol class="checks">${rows.map(checkRow)}</ol>`
}
