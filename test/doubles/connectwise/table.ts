import { readDate, type VendorRecord } from './records.ts'

/** What a read asks of a table: a predicate, and bounds that spare most of its calls. */
export interface Filter {
  /** Absent: every record passes. */
  test?: (record: VendorRecord) => boolean
  /** Only these ids can pass (sorted ascending). */
  ids?: readonly number[]
  /** Only ids above this one can pass. */
  afterId?: number
  /** Only ids up to this one can pass. */
  throughId?: number
  /** Only records whose lastUpdated is at or after this time (ms) can pass. */
  since?: number
}

/** Records that are made when asked for, so that a million of them cost ids and times alone. */
export interface Generated {
  ids: number[]
  timeOf: (id: number) => number
  make: (id: number) => VendorRecord
  childrenOf?: (parentId: number) => number[]
}

/** Records of one kind, ordered by id, with the index by parent that lists need. */
export interface Table {
  readonly schema: string
  /** Grows with each change: what was computed from an older version is stale. */
  version: () => number
  size: () => number
  nextId: () => number
  get: (id: number) => VendorRecord | undefined
  put: (record: VendorRecord) => void
  remove: (id: number) => boolean
  /** Ids of the records that belong to a parent, ascending. */
  children: (parentId: number) => number[]
  /** Ids that pass, ascending, at most `limit`. */
  scan: (filter: Filter, limit?: number) => number[]
  /** Called with the id of each record that changes. */
  onChange: (listener: (id: number) => void) => void
}

/** The first index whose id is not below the one given. */
function lowerBound(ids: readonly number[], id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ids[middle]! < id) low = middle + 1
    else high = middle
  }
  return low
}

/** @param parentOf the id of the record's parent, for tables that are listed by parent. */
export function createTable(
  schema: string,
  source: readonly VendorRecord[] | Generated,
  parentOf: (record: VendorRecord) => number | undefined = () => undefined
): Table {
  const generated: Generated | undefined = 'make' in source ? source : undefined
  const held = new Map<number, VendorRecord>()
  const byParent = new Map<number, Set<number>>()
  const listeners: ((id: number) => void)[] = []
  const ids: number[] = generated ? generated.ids : []
  const times: number[] = generated ? generated.ids.map(generated.timeOf) : []
  let version = 0

  const has = (id: number) => ids[lowerBound(ids, id)] === id
  // A page's records are tested and then written: made once for both.
  const recent = new Map<number, VendorRecord>()
  const make = (id: number): VendorRecord => {
    let record = recent.get(id)
    if (!record) {
      if (recent.size >= 4096) recent.clear()
      record = generated!.make(id)
      recent.set(id, record)
    }
    return record
  }
  const get = (id: number) => held.get(id) ?? (generated && has(id) ? make(id) : undefined)
  const changed = (id: number) => {
    version++
    for (const listener of listeners) listener(id)
  }
  const unlink = (id: number) => {
    const old = held.get(id)
    const parent = old && parentOf(old)
    if (parent !== undefined) byParent.get(parent)?.delete(id)
  }
  const put = (record: VendorRecord) => {
    unlink(record.id)
    held.set(record.id, record)
    const parent = parentOf(record)
    if (parent !== undefined) {
      const siblings = byParent.get(parent)
      if (siblings) siblings.add(record.id)
      else byParent.set(parent, new Set([record.id]))
    }
    const index = lowerBound(ids, record.id)
    const fresh = ids[index] !== record.id
    ids.splice(index, fresh ? 0 : 1, record.id)
    times.splice(index, fresh ? 0 : 1, readDate(record._info?.lastUpdated))
    changed(record.id)
  }
  if (!generated) for (const record of source as readonly VendorRecord[]) put(record)

  return {
    schema,
    version: () => version,
    size: () => ids.length,
    nextId: () => (ids.at(-1) ?? 0) + 1,
    get,
    put,
    remove: id => {
      const index = lowerBound(ids, id)
      if (ids[index] !== id) return false
      unlink(id)
      held.delete(id)
      ids.splice(index, 1)
      times.splice(index, 1)
      changed(id)
      return true
    },
    children: parentId => {
      const made = generated?.childrenOf?.(parentId).filter(id => !held.has(id) && has(id)) ?? []
      return [...made, ...(byParent.get(parentId) ?? [])].sort((a, b) => a - b)
    },
    scan: (
      { test, ids: candidates, afterId = -1, throughId = Number.POSITIVE_INFINITY, since = Number.NEGATIVE_INFINITY },
      limit = Number.POSITIVE_INFINITY
    ) => {
      const found: number[] = []
      const from = candidates ?? ids
      for (let index = lowerBound(from, afterId + 1); index < from.length && found.length < limit; index++) {
        const id = from[index]!
        if (id > throughId) break
        if (candidates ? !has(id) : times[index]! < since) continue
        if (!test || test(get(id)!)) found.push(id)
      }
      return found
    },
    onChange: listener => listeners.push(listener)
  }
}
