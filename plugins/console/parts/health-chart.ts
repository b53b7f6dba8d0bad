import { attributes, type Html, html } from '../html.ts'
import { plural } from './words.ts'

export interface Day {
  /** `2026-11-28` */
  readonly date: string
  readonly ended: number
  readonly failed: number
}

const high = 24
const step = 10
const wide = 8

/** A column for each day: how its runs ended. */
export function healthChart(days: readonly Day[]): Html {
  const failed = days.reduce((sum, day) => sum + day.failed, 0)
  const ended = days.reduce((sum, day) => sum + day.ended, 0)
  const words =
    ended === 0
      ? `No run has ended in the last ${days.length} days.`
      : failed === 0
        ? `Every run of the last ${days.length} days ended well.`
        : `${plural(failed, 'run')} of the last ${days.length} days failed.`
  return html`<figure class="health">
<svg class="chart" ${attributes({ viewBox: `0 0 ${days.length * step - step + wide} ${high}`, preserveAspectRatio: 'none' })} aria-hidden="true">${days.map(column)}</svg>
<div class="chart-axis" aria-hidden="true"><span>${days.length} days ago</span><span>Today</span></div>
<figcaption class="small quiet">${words}</figcaption>
</figure>`
}

function column({ ended, failed }: Day, i: number): Html {
  const place = (kind: string, y: number, height: number) =>
    html`<rect ${attributes({ class: kind, x: i * step, y: round(y), width: wide, height: round(height), rx: 1 })}/>`
  if (ended === 0) return place('none', high - 2, 2)
  if (failed === 0) return place('ok', 0, high)
  const part = Math.max(4, (failed / ended) * high)
  if (part >= high - 3) return place('part', 0, high)
  return html`${place('part', 0, part)}${place('ok', part + 2, high - part - 2)}`
}

const round = (value: number) => Math.round(value * 10) / 10
