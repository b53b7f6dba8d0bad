import type { Filter, Table } from '../../kit/index.ts'
import type { Compiled } from './compile.ts'
import type { Term } from './parse.ts'

/**
 * Bounds from the terms that every match must satisfy, so that a read of one company's contacts or of last week's
 * companies does not test a million records. The predicate still runs: bounds only leave out what it would refuse.
 */
export function narrow(table: Table, compiled: Compiled): Filter {
  const [parentField] = table.indexes
  const filter: Filter = { test: compiled.test }
  const own: Bounds = {}
  const parents: Bounds = {}
  for (const term of compiled.required) {
    if (term.literals[0]!.kind === 'null') continue
    const name = term.path.steps.join('/')
    const values = term.literals.map(literal => literal.value as number)
    const exact = term.operator === '=' || (term.operator === 'in' && !term.negated)
    if (name === 'id' && exact) filter.ids = keepBoth(filter.ids, values)
    else if (name === 'id') bound(own, term)
    else if (name === parentField && exact) {
      filter.ids = keepBoth(
        filter.ids,
        values.flatMap(parent => table.children(parent))
      )
    } else if (name === parentField) bound(parents, term)
    else if (name === '_info/lastUpdated' && (exact || term.operator.startsWith('>'))) {
      filter.since = Math.max(filter.since ?? Number.NEGATIVE_INFINITY, Math.min(...values))
    }
  }
  if (own.after !== undefined) filter.afterId = own.after
  if (own.through !== undefined) filter.throughId = own.through
  if (parents.after !== undefined && parents.through !== undefined && parents.through - parents.after <= widest) {
    const ids: number[] = []
    for (let parent = parents.after + 1; parent <= parents.through; parent++) ids.push(...table.children(parent))
    filter.ids = keepBoth(filter.ids, ids)
  }
  return filter
}

/** Whole numbers: above `after`, up to `through`. */
interface Bounds {
  after?: number
  through?: number
}

/** A span of parents wider than this is no narrower than the table. */
const widest = 50_000

function bound(bounds: Bounds, term: Term): void {
  const value = term.literals[0]!.value as number
  if (term.operator === '>' || term.operator === '>=') {
    const after = term.operator === '>' ? Math.floor(value) : Math.ceil(value) - 1
    bounds.after = Math.max(bounds.after ?? -1, after)
  } else if (term.operator === '<' || term.operator === '<=') {
    const through = term.operator === '<=' ? Math.floor(value) : Math.ceil(value) - 1
    bounds.through = Math.min(bounds.through ?? Number.POSITIVE_INFINITY, through)
  }
}

function keepBoth(known: readonly number[] | undefined, ids: number[]): number[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  if (!known) return sorted
  const both = new Set(known)
  return sorted.filter(id => both.has(id))
}
