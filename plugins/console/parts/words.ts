/** Numbers and lists as people read them. */
import { type Content, type Html, html } from '../html.ts'

const numbers = new Intl.NumberFormat('en')

/** `5,283` */
export function count(value: number): string {
  return numbers.format(value)
}

/** `1 client`, `5,283 clients` */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`
}

/** One thing or `12 things`, as a sentence begins. */
export function things(value: number): string {
  return value === 1 ? 'One thing' : `${count(value)} things`
}

/** Of a person, a firm, a place: what is written in another direction does not turn what stands beside it. */
export function name(text: string): Html {
  return html`<bdi>${text}</bdi>`
}

/** One behind the other with commas, without those that are nothing; null: none is left. */
export function listed(items: readonly (string | null | undefined | false)[]): string | null {
  const left = items.filter(item => typeof item === 'string' && item !== '')
  return left.length === 0 ? null : left.join(', ')
}

/** `**bold**` in a text of a connector; everything else is text. */
export function emphasized(text: string): Content {
  return text.split(/\*\*([^*]+)\*\*/).map((piece, i) => (i % 2 === 1 ? html`<strong>${piece}</strong>` : piece))
}

/** Money as the store has it, `1234.50`, with its parts of a thousand kept apart: never a float. */
export function money(amount: string, currency: string | null): string {
  const [, sign = '', whole = '', rest = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(amount) ?? []
  const written = whole === '' ? amount : `${sign}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${rest}`
  return currency === null ? written : `${written} ${currency}`
}
