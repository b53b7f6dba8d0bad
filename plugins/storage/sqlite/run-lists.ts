import { takePage } from '../page-weight.ts'
import type { Run, RunKind, RunQuery, TwoWayListing, TwoWayPageRequest } from '../port.ts'
import { type Database, type Value, weightOf } from './database.ts'
import { toRun } from './run-row.ts'

/** As kindsOf says, and as the conditions of the indexes have it (schema-run-kinds.ts), letter for letter. */
const conditions: Readonly<Record<RunKind, string>> = {
  changes: `(body ->> '$.counts.created') + (body ->> '$.counts.updated') + (body ->> '$.counts.inactivated')
    + (body ->> '$.counts.gone') > 0`,
  problems: `((body ->> '$.counts.setAside') > 0 OR coalesce(body ->> '$.counts.held', 0) > 0
    OR (body ->> '$.status') IN ('failed', 'awaiting-approval'))`
}

const indexes = {
  all: { tenant: 'runs_by_tenant', installation: 'runs_by_installation' },
  changes: { tenant: 'runs_with_changes', installation: 'runs_with_changes_of' },
  problems: { tenant: 'runs_with_problems', installation: 'runs_with_problems_of' }
} as const

/** See RunStore.listAll. */
export function listAllRuns(
  database: Database,
  tenant: string,
  { installationId, kind, from, to }: RunQuery,
  page: TwoWayPageRequest
): TwoWayListing<Run> {
  const { from: start, back } = database.cursors.start('all-runs', page)
  const terms: (readonly [string, ...Value[]])[] = [['tenant = ?', tenant]]
  if (installationId !== undefined) terms.push(['installation_id = ?', installationId])
  if (kind !== undefined) terms.push([conditions[kind]])
  // One bound on each side: of two SQLite may take the wider one.
  const [position] = start ?? []
  const low = back ? later(from, position) : from
  const high = back ? to : earlier(to, position)
  if (low !== undefined) terms.push([back && low === position ? 'id > ?' : 'id >= ?', low])
  if (high !== undefined) terms.push(['id < ?', high])
  const index = indexes[kind ?? 'all'][installationId === undefined ? 'tenant' : 'installation']
  const rows = database.each(
    `SELECT body FROM runs INDEXED BY ${index} WHERE ${terms.map(([term]) => term).join(' AND ')}
      ORDER BY id ${back ? 'ASC' : 'DESC'} LIMIT ?`,
    ...terms.flatMap(([, ...values]) => values),
    page.limit + 1
  )
  const found = takePage(rows, page.limit, weightOf, toRun)
  return database.cursors.twoWayListing('all-runs', found, page, run => [run.id])
}

/** Ids are of letters and digits alone. */
function later(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b >= a) ? b : a
}

function earlier(a: string | undefined, b: string | undefined): string | undefined {
  return a === undefined || (b !== undefined && b < a) ? b : a
}
