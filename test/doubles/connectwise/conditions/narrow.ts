import type { Filter, Table } from '../table.ts'
import type { Compiled } from './compile.ts'
import type { Term } from './parse.ts'

/**
 * Bounds from the terms that every match must satisfy, so that a read of one company's contacts or of last week's
 * companies does not test a million records. The predicate still runs: bounds only leave out what it would refuse.
 * @param parentField the reference by which the table is indexed, e.g. `company/id`.
 */
export function narrow(table: Table, compiled: Compiled, parentField: string | undefined): Filter {
  const filter: Filter = { test: compiled.test }
  for (const term of compiled.required) {
    if (term.literals[0]!.kind === 'null') continue
    const name = term.path.steps.join('/')
    const values = term.literals.map(literal => literal.value as number)
    const exact = term.operator === '=' || (term.operator === 'in' && !term.negated)
    if (name === 'id' && exact) filter.ids = keepBoth(filter.ids, values)
    else if (name === 'id') boundId(filter, term)
    else if (name === parentField && exact) {
      filter.ids = keepBoth(
        filter.ids,
        values.flatMap(parent => table.children(parent))
      )
    } else if (name === '_info/lastUpdated' && (exact || term.operator.startsWith('>'))) {
      filter.since = Math.max(filter.since ?? Number.NEGATIVE_INFINITY, Math.min(...values))
    }
  }
  return filter
}

function boundId(filter: Filter, term: Term): void {
  if (!term.operator.startsWith('>')) return
  const value = term.literals[0]!.value as number
  const above = term.operator === '>' ? Math.floor(value) : Math.ceil(value) - 1
  filter.afterId = Math.max(filter.afterId ?? -1, above)
}

function keepBoth(known: readonly number[] | undefined, ids: number[]): number[] {
  const sorted = [...new Set(ids)].sort((a, b) => a - b)
  if (!known) return sorted
  const both = new Set(known)
  return sorted.filter(id => both.has(id))
}
