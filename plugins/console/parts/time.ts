import { type Html, html } from '../html.ts'

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number, number])[] = [
  ['minute', 60, 60],
  ['hour', 3600, 24],
  ['day', 86_400, 30],
  ['month', 2_592_000, 12],
  ['year', 31_536_000, Number.POSITIVE_INFINITY]
]

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
const exact = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' })
const day = new Intl.DateTimeFormat('en-GB', { weekday: 'long', day: 'numeric', month: 'long', timeZone: 'UTC' })
const dayOfAnyYear = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

/** `3 minutes ago`, `yesterday`, `in 2 minutes`; within half a minute `just now`. The client says the same (console.js). */
export function ago(iso: string, now: Date): string {
  const seconds = Math.round((Date.parse(iso) - now.getTime()) / 1000)
  if (Math.abs(seconds) < 30) return seconds > 0 ? 'in a moment' : 'just now'
  for (const [unit, size, most] of steps) {
    const amount = Math.round(seconds / size)
    if (Math.abs(amount) < most) return relative.format(amount === 0 ? Math.sign(seconds) : amount, unit)
  }
  return exact.format(new Date(iso))
}

/** Relative, exact on hover; the client keeps it true. */
export function time(iso: string, now: Date): Html {
  return html`<time datetime="${iso}" title="${exactly(iso)}" data-relative="">${ago(iso, now)}</time>`
}

/** `28 November 2026 at 03:31 UTC` */
export function exactly(iso: string): string {
  return `${exact.format(new Date(iso))} UTC`
}

/** The heading above what happened on a day, `Today`, `Saturday 28 November`; days are UTC's. */
export function dayName(iso: string, now: Date): string {
  const date = iso.slice(0, 10)
  if (date === now.toISOString().slice(0, 10)) return 'Today'
  if (date === new Date(now.getTime() - 86_400_000).toISOString().slice(0, 10)) return 'Yesterday'
  const sameYear = date.slice(0, 4) === now.toISOString().slice(0, 4)
  return (sameYear ? day : dayOfAnyYear).format(new Date(`${date}T00:00:00Z`))
}
