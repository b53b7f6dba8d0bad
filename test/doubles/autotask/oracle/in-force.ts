import type { Table, VendorRecord } from '../../kit/index.ts'

/** `2026-05-01`: dates have no time of their own, whatever they are written with. */
export function dayOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 10) : ''
}

export function recordsOf(table: Table, ids: readonly number[]): VendorRecord[] {
  return ids.map(id => table.get(id)!)
}

/**
 * The one row that says how many units there are on a day. Two match where one ends and another begins: the later one
 * counts. If none does, rows have not been written yet: the last one before; if all lie ahead, the first one.
 */
export function rowInForce(rows: readonly VendorRecord[], day: string): VendorRecord | undefined {
  const inOrder = [...rows].sort((a, b) => (dayOf(a.startDate) < dayOf(b.startDate) ? -1 : 1) || a.id - b.id)
  const matching = inOrder.filter(row => dayOf(row.startDate) <= day && dayOf(row.endDate) >= day)
  const earlier = inOrder.filter(row => dayOf(row.endDate) < day)
  return matching.at(-1) ?? earlier.at(-1) ?? inOrder[0]
}

/** Where a contract stands on a day. */
export function standingOf({ status, startDate, endDate }: VendorRecord, inEffect: number, day: string): string {
  if (status !== inEffect) return 'inactive'
  if (dayOf(startDate) > day) return 'not started'
  return dayOf(endDate) < day ? 'ended' : 'active'
}
