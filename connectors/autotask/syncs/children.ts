import { type Children, latest, readId, utc, type VendorRecord } from 'integration-host/connector/kit'
import type { Entity } from '../api/entities.ts'
import { type Comparison, changedSince, type Filter, oneOf } from '../api/filter.ts'
import { count, exists, listOf, readBy } from '../api/lists.ts'
import { leavingOut } from './companies.ts'
import type { Reading } from './reading.ts'

export interface ChildKind {
  readonly one: 'contact' | 'contract'
  readonly entity: Entity
  /** Change stamps of the vendor's; the newest one counts. */
  readonly stamps: readonly string[]
  /** What a poll asks of changed ones, beside their company and stamps. */
  readonly watched: readonly string[]
  /** Those that take part, if others do not. */
  readonly filter: Filter
  readonly isRelevant: (child: VendorRecord) => boolean
  readonly bringsParent: boolean
}

/** Not of the MSP itself. */
const ofAny: Comparison = { op: 'gt', field: 'companyID', value: 0 }
/** A page holds 500 children and a list of ids 400 companies: up to so many each, spans take about as many requests. */
const spanUpTo = 10

/** The children's side of a sync type: what hangs on a company by `companyID`. */
export function childrenOf(kind: ChildKind): Children<Reading> {
  const { one, entity, stamps, watched, filter, isRelevant, bringsParent } = kind
  const parentOf = (child: unknown) => readId((child as { companyID?: unknown } | null | undefined)?.companyID)
  const question = {
    lacks: (child: VendorRecord) =>
      parentOf(child) === undefined ? `The ${one} ${child.id} belongs to no company that Autotask shows.` : undefined
  }
  const span = (after: number, through: number | null): Filter => [
    { ...ofAny, value: after },
    ...(through === null ? [] : [{ op: 'lte', field: 'companyID', value: through } as const]),
    ...filter
  ]
  return {
    one,
    list: `${one}s`,
    spanUpTo,
    count: ({ session }) => count(session, entity, span(0, null)),
    ofSpan: ({ session }, { after, through }) => listOf(session, entity, { ...question, filter: span(after, through) }),
    ofParents: ({ session }, ids, all) =>
      readBy(session, entity, 'companyID', ids, { ...question, filter: all ? [] : filter, neverEmpty: true }),
    changedSince: ({ session }, since, without) =>
      listOf(session, entity, {
        ...question,
        fields: ['companyID', ...stamps, ...watched],
        filter: [ofAny, changedSince(since, stamps), ...leavingOut(without)]
      }),
    parentOf,
    stamp(child) {
      const record = (child ?? {}) as Record<string, unknown>
      return latest(stamps.map(field => utc(record[field])))
    },
    isAmong: ({ session }, child, parents) =>
      exists(session, entity, [oneOf('id', [child]), oneOf('companyID', parents)]),
    isRelevant,
    bringsParent
  }
}
