import type { VendorRecord } from '../../kit/index.ts'
import { readPath, resolveField } from '../conditions/path.ts'
import { readDate } from '../records.ts'
import { badParameter } from '../refusal.ts'

type Compare = (a: VendorRecord, b: VendorRecord) => number

/** Reads `orderBy=company/name desc, id`; undefined when it asks for what tables already are: ids ascending. */
export function readOrder(schema: string, text: string | undefined): Compare | undefined {
  if (text === undefined || /^\s*(id(\s+asc)?)?\s*$/i.test(text)) return undefined
  const compares = text.split(',').map(part => {
    const [, name, direction] = /^\s*([\w/]+)(?:\s+(asc|desc))?\s*$/i.exec(part) ?? []
    if (!name) throw badParameter('orderBy', `'${part.trim()}' is not a field and a direction.`)
    const path = resolveField(schema, name, 'orderBy')
    if (path.kind.startsWith('ref:')) throw badParameter('orderBy', `'${name}' is a reference: name one of its fields.`)
    const value = (record: VendorRecord) => {
      const raw = readPath(record, path.steps)
      if (path.kind === 'date') return readDate(raw)
      return typeof raw === 'string' ? raw.toLowerCase() : raw
    }
    const sign = direction?.toLowerCase() === 'desc' ? -1 : 1
    return (a: VendorRecord, b: VendorRecord) => sign * compareValues(value(a), value(b))
  })
  // The id settles ties, so that pages of an ordered list do not overlap while nothing changes.
  return (a, b) => compares.reduce((known, compare) => known || compare(a, b), 0) || a.id - b.id
}

function compareValues(a: any, b: any): number {
  const missing = (value: unknown) => value === undefined || value === null || Number.isNaN(value)
  if (missing(a) || missing(b)) return Number(missing(b)) - Number(missing(a))
  return a < b ? -1 : a > b ? 1 : 0
}
