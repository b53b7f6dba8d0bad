/** Parts of update pipelines: what is computed in the server, by its own clock. */

/** A value as it is: in a pipeline a text that begins with `$` would otherwise be read as a field. */
export function literal(value: unknown): { $literal: unknown } {
  return { $literal: value }
}

/** The store's clock and so many milliseconds; null stays null. */
export function fromNow(ms: number | null): unknown {
  return ms === null ? null : { $dateAdd: { startDate: '$$NOW', unit: 'millisecond', amount: ms } }
}

/** Whole milliseconds from one date expression to another. */
export function millisecondsBetween(startDate: unknown, endDate: unknown): unknown {
  return { $dateDiff: { startDate, endDate, unit: 'millisecond' } }
}
