import { Big } from 'big.js'

/** A decimal as the vendor sent it (text) or as JSON made it (number); null for null, absent or empty. Throws on anything else. */
export function amount(value: unknown): Big | null {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' && value.trim() === '') return null
  if (typeof value !== 'number' && typeof value !== 'string') throw new TypeError('not an amount')
  return new Big(typeof value === 'string' ? value.trim() : value)
}

export const zero = new Big(0)

/** `1234.50`: every decimal the amount has, at least two, no exponent, no minus zero. */
export function money(value: Big): string {
  if (value.eq(0)) return '0.00'
  const decimals = Math.max(0, value.c.length - 1 - value.e)
  return value.toFixed(Math.max(2, decimals))
}
