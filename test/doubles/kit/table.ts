import type { VendorRecord } from './record.ts'

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
  /** Only records whose time (see `timeOf`) is at or after this one (ms) can pass. */
  since?: number
}

/** Records that are made when asked for, so that a million of them cost ids and times alone. */
export interface Generated {
  ids: number[]
  timeOf: (id: number) => number
  make: (id: number) => VendorRecord
  /** By index: the ids below a parent, ascending. */
  childrenOf?: Readonly<Record<string, (parentId: number) => number[]>>
}

export interface TableOptions {
  /** Indexes by name: the id of the parent, or undefined for a record without one. The first is the one that is meant when none is named. */
  parents?: Readonly<Record<string, (record: VendorRecord) => number | undefined>>
  /** The time that polls ask for, ms; NaN when the record has none. @default NaN */
  timeOf?: (record: VendorRecord) => number
}

/** Records of one kind, ordered by id, with the indexes by parent that lists need. */
export interface Table {
  /** The vendor's name of the entity. */
  readonly schema: string
  /** Names of the indexes by parent. */
  readonly indexes: readonly string[]
  /** Grows with each change: what was computed from an older version is stale. */
  version: () => number
  size: () => number
  /** An id that no record has had yet. */
  nextId: () => number
  get: (id: number) => VendorRecord | undefined
  put: (record: VendorRecord) => void
  remove: (id: number) => boolean
  /** Ids of the records that belong to a parent, ascending. @param index the first if absent */
  children: (parentId: number, index?: string) => number[]
  /** Ids that pass, ascending, at most `limit`. */
  scan: (filter?: Filter, limit?: number) => number[]
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

/** Records made when asked for: a page's records are tested and then written, so each is kept for a while. */
function keepRecent(make: Generated['make']): Generated['make'] {
  const recent = new Map<number, VendorRecord>()
  return id => {
    let record = recent.get(id)
    if (!record) {
      if (recent.size >= 4096) recent.clear()
      record = make(id)
      recent.set(id, record)
    }
    return record
  }
}

export function createTable(
  schema: string,
  source: readonly VendorRecord[] | Generated,
  { parents = {}, timeOf = () => Number.NaN }: TableOptions = {}
): Table {
  const generated: Generated | undefined = 'make' in source ? source : undefined
  const make = generated ? keepRecent(generated.make) : undefined
  const held = new Map<number, VendorRecord>()
  const indexes = Object.keys(parents)
  const byParent = new Map(indexes.map(index => [index, new Map<number, Set<number>>()]))
  const ids: number[] = generated ? generated.ids : []
  const times: number[] = generated ? generated.ids.map(generated.timeOf) : []
  let version = 0
  let highest = ids.at(-1) ?? 0

  const has = (id: number) => ids[lowerBound(ids, id)] === id
  const get = (id: number) => held.get(id) ?? (make && has(id) ? make(id) : undefined)
  const unlink = (id: number) => {
    const old = held.get(id)
    if (!old) return
    for (const index of indexes) {
      const parent = parents[index]!(old)
      if (parent !== undefined) byParent.get(index)!.get(parent)?.delete(id)
    }
  }
  const link = (record: VendorRecord) => {
    for (const index of indexes) {
      const parent = parents[index]!(record)
      if (parent === undefined) continue
      const known = byParent.get(index)!
      const siblings = known.get(parent)
      if (siblings) siblings.add(record.id)
      else known.set(parent, new Set([record.id]))
    }
  }
  const put = (record: VendorRecord) => {
    unlink(record.id)
    held.set(record.id, record)
    link(record)
    const at = lowerBound(ids, record.id)
    const fresh = ids[at] !== record.id
    ids.splice(at, fresh ? 0 : 1, record.id)
    times.splice(at, fresh ? 0 : 1, timeOf(record))
    highest = Math.max(highest, record.id)
    version++
  }
  if (!generated) for (const record of source as readonly VendorRecord[]) put(record)

  return {
    schema,
    indexes,
    version: () => version,
    size: () => ids.length,
    nextId: () => highest + 1,
    get,
    put,
    remove: id => {
      const at = lowerBound(ids, id)
      if (ids[at] !== id) return false
      unlink(id)
      held.delete(id)
      ids.splice(at, 1)
      times.splice(at, 1)
      version++
      return true
    },
    children: (parentId, index = indexes[0] ?? '') => {
      const made = generated?.childrenOf?.[index]?.(parentId).filter(id => !held.has(id) && has(id)) ?? []
      return [...made, ...(byParent.get(index)?.get(parentId) ?? [])].sort((a, b) => a - b)
    },
    scan: (
      {
        test,
        ids: candidates,
        afterId = -1,
        throughId = Number.POSITIVE_INFINITY,
        since = Number.NEGATIVE_INFINITY
      } = {},
      limit = Number.POSITIVE_INFINITY
    ) => {
      const found: number[] = []
      const from = candidates ?? ids
      for (let at = lowerBound(from, afterId + 1); at < from.length && found.length < limit; at++) {
        const id = from[at]!
        if (id > throughId) break
        if (candidates ? !has(id) : times[at]! < since) continue
        if (!test || test(get(id)!)) found.push(id)
      }
      return found
    }
  }
}
