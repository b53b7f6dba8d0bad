/** The smallest value that at least the share `p` of the values does not exceed; NaN without values. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * p) - 1)] ?? Number.NaN
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

/** Three significant digits. */
export function round(value: number): number {
  return Number(value.toPrecision(3))
}

/** 34400 → `34,400` */
export function thousands(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
