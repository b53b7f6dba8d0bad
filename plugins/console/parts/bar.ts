import { attributes, type Html, html } from '../html.ts'

export interface BarPart {
  readonly value: number
  /** `match`: what counts; others in greys, by their order. */
  readonly match?: boolean
  /** What is left of the whole: no more than the ground of the others. */
  readonly rest?: boolean
}

const width = 1000
const gap = 4

/** Shares of a whole side by side, in one drawing; `title` says them to who listens. */
export function bar(parts: readonly BarPart[], title: string): Html {
  const shown = parts.filter(({ value }) => value > 0)
  const total = shown.reduce((sum, { value }) => sum + value, 0)
  const room = width - gap * Math.max(0, shown.length - 1)
  let x = 0
  let others = 0
  const pieces = shown.map(({ value, match, rest }) => {
    const w = (value / total) * room
    const place = attributes({
      class: match ? 'match' : rest ? 'rest' : `out-${Math.min(others++, 3)}`,
      x: round(x),
      width: round(w),
      height: 10
    })
    x += w + gap
    return html`<rect ${place}/>`
  })
  return html`<svg class="bar" viewBox="0 0 1000 10" preserveAspectRatio="none" role="img" aria-label="${title}">${pieces}</svg>`
}

const round = (value: number) => Math.round(value * 10) / 10
