import { isRawJson } from '../raw-json.ts'

/** The fields asked for, as a tree: `true` means the whole value. */
export interface FieldTree {
  [field: string]: FieldTree | true
}

/** The part of a record that the tree names; absent values stay absent. */
export function project(record: Readonly<Record<string, any>>, tree: FieldTree): Record<string, unknown> {
  const part: Record<string, unknown> = {}
  for (const field in tree) {
    const value = record[field]
    const inner = tree[field]!
    if (value === undefined) continue
    if (inner === true || value === null || typeof value !== 'object' || isRawJson(value)) part[field] = value
    else part[field] = Array.isArray(value) ? value.map(element => project(element, inner)) : project(value, inner)
  }
  return part
}
