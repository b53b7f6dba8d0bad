/** Money that is read in a column. */
import { Big } from 'big.js'
import { attributes, type Content, type Html, html } from '../html.ts'
import { money } from './words.ts'

/** Cents, whatever else was reckoned with. */
const decimals = 2

/**
 * With two decimals, so that amounts stand below each other; where that says less than there is, all of it is told to
 * who points at it.
 * @param exact as the store has it, `1234.5025`. @param unit currency and cycle, before the amount
 */
export function amount(exact: string, unit: Content = null): Html {
  const whole = money(exact, null)
  const shown = money(rounded(exact), null)
  const title = shown === whole ? undefined : `Exactly ${whole}`
  return html`<span class="amount">${unit !== null && html`<span class="faint small">${unit}</span> `}<data ${attributes({ class: 'number', value: exact, title })}>${shown}</data></span>`
}

function rounded(exact: string): string {
  return /^-?\d+(\.\d+)?$/.test(exact) ? new Big(exact).round(decimals, Big.roundHalfUp).toFixed(decimals) : exact
}
