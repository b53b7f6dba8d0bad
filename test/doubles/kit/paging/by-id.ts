import type { Filter, Table } from '../table.ts'

/** The rows after an id, in the order of ids: no row moves between pages. `more`: others follow. */
export function pageById(
  table: Table,
  filter: Filter,
  afterId: number,
  size: number
): { ids: number[]; more: boolean } {
  const after = Math.max(filter.afterId ?? -1, afterId)
  const ids = table.scan({ ...filter, afterId: after }, size + 1)
  return { ids: ids.slice(0, size), more: ids.length > size }
}
