/** Receipts of several installations as one list, newest first. */
import type { Static } from 'typebox'
import type { Installation, Run, Store } from '../storage/port.ts'
import { receiptOf } from './present.ts'
import type { Receipt } from './schemas.ts'

export type RunKind = 'changes' | 'problems'

export interface RunsQuery {
  readonly installationId?: string
  readonly kind?: RunKind
  /** Older than this one. */
  readonly before?: string
  readonly limit: number
}

export interface RunsFound {
  readonly items: Static<typeof Receipt>[]
  /** Give it back as `before` for older ones; null: there are no more. */
  readonly olderThan: string | null
  readonly installations: readonly Installation[]
}

/** Looked through for those of a kind before a page is given out short, so that no list has work without an end. */
const mostSeen = 500
const mostInstallations = 100

/** By the ids' order, which is that of time over all installations. */
export async function listRuns(
  store: Pick<Store, 'runs' | 'installations'>,
  tenant: string,
  query: RunsQuery
): Promise<RunsFound> {
  const { items: all } = await store.installations.list(tenant, {}, { limit: mostInstallations, cursor: null })
  const wanted = all.filter(({ id }) => query.installationId === undefined || query.installationId === id)
  const found: Run[] = []
  let before = query.before ?? null
  let seen = 0
  for (;;) {
    const batch = await newest(store, tenant, wanted, before, query.limit)
    for (const run of batch) {
      seen++
      before = run.id
      if (!query.kind || kindsOf(run).has(query.kind)) found.push(run)
      if (found.length === query.limit) break
    }
    if (batch.length < query.limit && found.length < query.limit) before = null
    if (before === null || found.length === query.limit || seen >= mostSeen) break
  }
  return { items: found.map(receiptOf), olderThan: before, installations: all }
}

async function newest(
  { runs }: Pick<Store, 'runs'>,
  tenant: string,
  installations: readonly Installation[],
  before: string | null,
  limit: number
): Promise<Run[]> {
  const page = { limit, cursor: null, ...(before !== null && { olderThan: before }) }
  const lists = await Promise.all(installations.map(({ id }) => runs.list(tenant, id, page)))
  return lists
    .flatMap(({ items }) => items)
    .sort((a, b) => (a.id < b.id ? 1 : -1))
    .slice(0, limit)
}

/** What a run is, for whoever looks for it. */
export function kindsOf({ counts, status }: Pick<Run, 'counts' | 'status'>): ReadonlySet<RunKind> {
  const { created, updated, inactivated, gone, setAside } = counts
  const kinds = new Set<RunKind>()
  if (created + updated + inactivated + gone > 0) kinds.add('changes')
  if (setAside > 0 || status === 'failed' || counts.held > 0) kinds.add('problems')
  return kinds
}
