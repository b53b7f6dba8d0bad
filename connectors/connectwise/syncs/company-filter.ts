import { and, idBetween, idIn } from '../api/conditions.ts'
import { endpoints } from '../api/endpoints.ts'
import { fullPage } from '../api/lists.ts'
import { type Query, urlLimit } from '../api/query.ts'
import type { Session } from '../api/session.ts'
import type { Wanted } from '../resolve.ts'

export type Filter = Pick<Query, 'conditions' | 'childConditions'>

/** Companies of a wanted type, whatever their status. Arrays are searched by childConditions, which know no lists. */
export function ofWantedType({ typeIds }: Wanted): Filter {
  return { childConditions: [...typeIds].map(id => `types/id=${id}`).join(' OR ') }
}

/** Companies of a wanted type and status, deleted ones too. */
export function ofWantedStatus(wanted: Wanted): Filter {
  const ids = [...wanted.statusIds]
  return { ...ofWantedType(wanted), conditions: ids.length === 0 ? undefined : idIn('status/id', ids) }
}

export function activeCustomers(wanted: Wanted): Filter {
  const { conditions, childConditions } = ofWantedStatus(wanted)
  return { childConditions, conditions: and(conditions, 'deletedFlag=False') }
}

/** The filter without its types if so many are chosen that no URL holds them: the rules then leave the others out. */
export function fitting(session: Session, filter: Filter, fields: string): Filter {
  const largest = Number.MAX_SAFE_INTEGER
  const longest = { ...upTo(filter, largest), fields, pageSize: fullPage, pageId: largest }
  return session.urlLength(endpoints.companies, longest) < urlLimit ? filter : { conditions: filter.conditions }
}

/** The lower bound of a range is the page id. */
export function upTo(filter: Filter, through: number | null): Filter {
  return { ...filter, conditions: and(filter.conditions, idBetween('id', null, through)) }
}
