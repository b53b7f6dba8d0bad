import type { RawJson } from './raw-json.ts'

/** A fraction of whole numbers: the sums of an oracle shall not share the rounding of what they check. */
export interface Exact {
  readonly over: bigint
  /** Above 0. */
  readonly under: bigint
}

/** The number as it is written: 0.1 is one tenth. Throws on what is no decimal. */
export function exact(value: number | string | RawJson): Exact {
  const text = typeof value === 'object' ? value.rawJson : String(value).trim()
  const [, sign, whole, part = '', exponent = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? []
  if (whole === undefined) throw new TypeError(`not a decimal: ${text.slice(0, 40)}`)
  const power = Number(exponent) - part.length
  if (Math.abs(power) > 1000) throw new RangeError(`too many digits: ${text.slice(0, 40)}`)
  const digits = BigInt(`${sign}${whole}${part}`)
  return power < 0 ? { over: digits, under: 10n ** BigInt(-power) } : { over: digits * 10n ** BigInt(power), under: 1n }
}

export const nothing: Exact = { over: 0n, under: 1n }

export function plus(a: Exact, b: Exact): Exact {
  return { over: a.over * b.under + b.over * a.under, under: a.under * b.under }
}

export function times(a: Exact, b: Exact): Exact {
  return { over: a.over * b.over, under: a.under * b.under }
}

/** @param parts a whole number above 0 */
export function dividedBy(a: Exact, parts: number): Exact {
  return { over: a.over, under: a.under * BigInt(parts) }
}

/** Below 0 if `a` is smaller, above if larger, 0 if they are equal. */
export function compared(a: Exact, b: Exact): number {
  const difference = a.over * b.under - b.over * a.under
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

/** Rounded half away from zero: `10.00`. */
export function rounded({ over, under }: Exact, decimals = 2): string {
  const scaled = over * 10n ** BigInt(decimals) * 2n
  const halves = (scaled < 0n ? -scaled : scaled) / under
  const units = String((halves + 1n) / 2n).padStart(decimals + 1, '0')
  const text = decimals === 0 ? units : `${units.slice(0, -decimals)}.${units.slice(-decimals)}`
  return scaled < 0n && /[1-9]/.test(text) ? `-${text}` : text
}

/** Every decimal it has, at least two; undefined if it has no end, as a third. */
export function decimals(value: Exact): string | undefined {
  for (let places = 2; places <= 30; places++) {
    if ((value.over * 10n ** BigInt(places)) % value.under === 0n) return rounded(value, places)
  }
  return undefined
}
