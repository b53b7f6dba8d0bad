import { type Children, idWithin, lacksParent, latest, utc, within } from 'integration-host/connector/kit'
import type { Entity } from '../api/entities.ts'
import { changedSince, type Filter, oneOf } from '../api/filter.ts'
import { count, exists, listOf, readBy } from '../api/lists.ts'
import { leavingOut } from './companies.ts'
import type { Reading } from './reading.ts'

export interface ChildKind extends Pick<Children<Reading>, 'isRelevant' | 'bringsParent'> {
  readonly one: 'contact' | 'contract'
  readonly entity: Entity
  /** Change stamps of the vendor's; the newest one counts. */
  readonly stamps: readonly string[]
  /** What a poll asks of changed ones, beside their company and stamps. */
  readonly watched: readonly string[]
  /** Those that take part, if others do not. */
  readonly filter: Filter
}

/** Not of the MSP itself. */
const ofAny = { op: 'gt', field: 'companyID', value: 0 } as const
/** A page holds 500 children and a list of ids 400 companies: up to so many each, spans take about as many requests. */
const spanUpTo = 10

/** The children's side of a sync type: what hangs on a company by `companyID`. */
export function childrenOf(kind: ChildKind): Children<Reading> {
  const { one, entity, stamps, watched, filter, isRelevant, bringsParent } = kind
  const parentOf = (child: unknown) => idWithin(child, 'companyID')
  const lacks = lacksParent({ kind: one, parentOf }, 'company that Autotask shows')
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
    ofSpan: ({ session }, { after, through }) => listOf(session, entity, { lacks, filter: span(after, through) }),
    ofParents: ({ session }, ids, all) =>
      readBy(session, entity, 'companyID', ids, { lacks, filter: all ? [] : filter, neverEmpty: true }),
    changedSince: ({ session }, since, without) =>
      listOf(session, entity, {
        lacks,
        fields: ['companyID', ...stamps, ...watched],
        filter: [ofAny, changedSince(since, stamps), ...leavingOut(without)]
      }),
    parentOf,
    stamp: child => latest(stamps.map(field => utc(within(child, field)))),
    isAmong: ({ session }, child, parents) =>
      exists(session, entity, [oneOf('id', [child]), oneOf('companyID', parents)]),
    isRelevant,
    bringsParent
  }
}
