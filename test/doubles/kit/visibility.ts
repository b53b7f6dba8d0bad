import type { VendorRecord } from './record.ts'
import type { Filter, Table } from './table.ts'

/** What is hidden from readers; `clear` shows it again. */
export interface Hiding {
  clear: () => void
}

/**
 * Rows that a role may not see. Vendors leave them out of lists, counts and reads by id without an error, so it looks
 * as if they were deleted. The tables themselves stay whole: an oracle sees everything.
 */
export function createVisibility() {
  const hidden = new Map<Table, Set<(record: VendorRecord) => boolean>>()
  const views = new Map<Table, Table>()
  return {
    /** @param where which rows; all if absent */
    hide: (table: Table, where: (record: VendorRecord) => boolean = () => true): Hiding => {
      const rules = hidden.get(table) ?? new Set()
      hidden.set(table, rules.add(where))
      views.delete(table)
      return {
        clear: () => {
          rules.delete(where)
          views.delete(table)
        }
      }
    },
    /** The table as the role sees it: the table itself while nothing of it is hidden. */
    view: (table: Table): Table => {
      const rules = hidden.get(table)
      if (!rules || rules.size === 0) return table
      // A view of its own for each set of rules: what was kept for another one does not fit it.
      const view = views.get(table) ?? viewOf(table, [...rules])
      views.set(table, view)
      return view
    }
  }
}

export type Visibility = ReturnType<typeof createVisibility>

function viewOf(table: Table, rules: readonly ((record: VendorRecord) => boolean)[]): Table {
  const sees = (record: VendorRecord) => !rules.some(rule => rule(record))
  const get = (id: number) => {
    const record = table.get(id)
    return record && sees(record) ? record : undefined
  }
  const scan = (filter: Filter = {}, limit?: number) => {
    const { test } = filter
    return table.scan({ ...filter, test: test ? record => sees(record) && test(record) : sees }, limit)
  }
  return {
    ...table,
    get,
    scan,
    size: () => scan().length,
    children: (parentId, index) => table.children(parentId, index).filter(id => get(id) !== undefined)
  }
}
