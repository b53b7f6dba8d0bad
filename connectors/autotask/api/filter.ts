/** Conditions as the vendor takes them, which can also be held against what came. */
import { utc, type VendorRecord } from 'integration-host/connector/kit'

type Plain = string | number | boolean

export type Condition =
  | { readonly op: 'eq' | 'gt' | 'gte' | 'lte' | 'beginsWith'; readonly field: string; readonly value: Plain }
  | { readonly op: 'in' | 'notIn'; readonly field: string; readonly value: readonly Plain[] }
  | { readonly op: 'and' | 'or'; readonly items: readonly Condition[] }

/** All of its conditions have to hold. */
export type Filter = readonly Condition[]

/** Values of a list count as conditions, of which the vendor takes 500; some room is left beside them. */
export const mostValues = 400

export const oneOf = (field: string, ids: readonly string[]): Condition => ({ op: 'in', field, value: ids.map(Number) })

/** Changed at a moment or later, by any of these stamps. */
export const changedSince = (since: Date, stamps: readonly string[]): Condition => ({
  op: 'or',
  items: stamps.map(field => ({ op: 'gte', field, value: since.toISOString() }))
})

/** Days have no time of their own, whatever they are written with. */
export const untilDay = (field: string, day: string): Condition => ({ op: 'lte', field, value: `${day}T23:59:59Z` })
export const fromDay = (field: string, day: string): Condition => ({ op: 'gte', field, value: `${day}T00:00:00Z` })

/** Fields that a condition asks, so that they can be asked for. */
export function fieldsOf(filter: Filter): string[] {
  return filter.flatMap(one => ('items' in one ? fieldsOf(one.items) : [one.field]))
}

/**
 * The check on our side: the vendor ignores an operator that it does not know, and everything comes. A field that did
 * not come contradicts nothing.
 */
export function holds(one: Condition, record: VendorRecord): boolean {
  if ('items' in one) {
    const each = (item: Condition) => holds(item, record)
    return one.op === 'and' ? one.items.every(each) : one.items.some(each)
  }
  const held = record[one.field]
  // How the vendor compares text is not known.
  if (held === null || held === undefined || one.op === 'beginsWith') return true
  if (one.op === 'in' || one.op === 'notIn') return one.value.some(each => same(each, held)) === (one.op === 'in')
  if (one.op === 'eq') return same(one.value, held)
  const [ours, theirs] = [orderOf(one.value), orderOf(held)]
  return one.op === 'gt' ? theirs > ours : one.op === 'gte' ? theirs >= ours : theirs <= ours
}

/** `isActive` of a contact is a number. */
const same = (ours: Plain, theirs: unknown) => String(Number(ours)) === String(Number(theirs))

function orderOf(value: unknown): number {
  const time = utc(value)
  return time === undefined ? Number(value) : Date.parse(time)
}

/** Without conditions on a field that this zone does not have yet; null: nothing is left of one that was needed. */
export function withoutField(filter: Filter, field: string): Filter | null {
  const kept: Condition[] = []
  for (const one of filter) {
    if (!('items' in one)) {
      if (isField(one.field, field)) return null
      kept.push(one)
      continue
    }
    const items = one.items.filter(item => 'items' in item || !isField(item.field, field))
    if (items.length === 0) return null
    kept.push({ ...one, items })
  }
  return kept
}

/** The vendor does not mind capitals. */
export const isField = (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
