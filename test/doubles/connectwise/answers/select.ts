import { type Filter, pageById, pageByNumber, type Table } from '../../kit/index.ts'
import { type ChildMatch, compileChildConditions, compileConditions } from '../conditions/compile.ts'
import { narrow } from '../conditions/narrow.ts'
import { readOrder } from './order.ts'
import type { Paging, Parameters } from './query.ts'

/** The ids of one page, and what the `Link` header needs to know. */
export interface Selection {
  ids: number[]
  /** Of a navigable read: how many records match in all. */
  total?: number
  /** Of a forward-only read: whether more match after the page. */
  more?: boolean
}

export interface Scope {
  table: Table
  /** Of a list below a parent: only these ids. */
  within?: readonly number[] | undefined
  childMatch: ChildMatch
}

/** What the parameters ask of the table; throws the vendor's 400 for what they may not say. */
export function readFilter({ table, within, childMatch }: Scope, parameters: Parameters): Filter {
  const { conditions, childConditions } = parameters
  const compiled = conditions?.trim() ? compileConditions(table.schema, conditions) : undefined
  const child = childConditions?.trim() ? compileChildConditions(table.schema, childConditions, childMatch) : undefined
  const filter: Filter = compiled ? narrow(table, compiled) : {}
  if (child) {
    const test = filter.test
    filter.test = test ? record => test(record) && child.test(record) : child.test
  }
  if (within) filter.ids = filter.ids ? within.filter(id => filter.ids!.includes(id)) : within
  return filter
}

const matches = new WeakMap<Table, Map<string, { version: number; ids: number[] }>>()
const matchesKept = 8

/** All ids that match, in order; kept until the table changes, since pages and counts ask for the same again. */
export function matchingIds(scope: Scope, parameters: Parameters): number[] {
  const { table, within, childMatch } = scope
  const filter = readFilter(scope, parameters)
  const compare = readOrder(table.schema, parameters.orderBy)
  const find = () => {
    const ids = table.scan(filter)
    if (!compare) return ids
    const records = ids.map(id => table.get(id)!)
    return records.sort(compare).map(record => record.id)
  }
  if (within) return find()
  const key = JSON.stringify([childMatch, parameters.conditions, parameters.childConditions, parameters.orderBy])
  let known = matches.get(table)
  if (!known) {
    known = new Map()
    matches.set(table, known)
  }
  let match = known.get(key)
  if (match?.version !== table.version()) {
    known.delete(key)
    if (known.size >= matchesKept) known.delete(known.keys().next().value!)
    match = { version: table.version(), ids: find() }
    known.set(key, match)
  }
  return match!.ids
}

/** One page of the table. */
export function selectPage(scope: Scope, parameters: Parameters, paging: Paging): Selection {
  if (paging.kind === 'navigable') {
    const all = matchingIds(scope, parameters)
    return { ids: pageByNumber(all, paging.page, paging.pageSize).rows, total: all.length }
  }
  return pageById(scope.table, readFilter(scope, parameters), paging.afterId, paging.pageSize)
}
