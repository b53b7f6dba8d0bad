import { type Children, idWithin, lacksParent, readSome } from 'integration-host/connector/kit'
import { and, changedSince, idBetween } from '../api/conditions.ts'
import type { Endpoint } from '../api/endpoints.ts'
import { count, listOf, readBy } from '../api/lists.ts'
import { lastUpdated } from '../values.ts'
import type { Reading } from './reading.ts'

export interface ChildKind extends Pick<Children<Reading>, 'isRelevant' | 'bringsParent'> {
  readonly one: 'contact' | 'agreement'
  readonly endpoint: Endpoint
  readonly fields: string
  /** What a poll asks of changed ones. */
  readonly watched: string
  /** Of those that take part, if others do not. */
  readonly conditions?: string
}

/** A list of ids holds about 200 companies, a page a thousand children: up to so many each, spans take fewer requests. */
const spanUpTo = 5

/** The children's side of a sync type. */
export function childrenOf(kind: ChildKind): Children<Reading> {
  const { one, endpoint, fields, watched, conditions, isRelevant, bringsParent } = kind
  const parentOf = (child: unknown) => idWithin(child, 'company', 'id')
  const lacks = lacksParent({ kind: one, parentOf }, 'company that ConnectWise shows')
  return {
    one,
    list: `${one}s`,
    spanUpTo,
    count: ({ session }) => count(session, endpoint, { conditions: and('company/id>0', conditions) }),
    ofSpan: ({ session }, { after, through }) =>
      listOf(session, endpoint, {
        conditions: and(idBetween('company/id', after, through), conditions),
        fields,
        lacks
      }),
    ofParents: ({ session }, ids, all) =>
      readBy(session, endpoint, 'company/id', ids, { conditions: all ? undefined : conditions, fields, lacks }),
    changedSince: ({ session }, since, without) =>
      listOf(session, endpoint, { conditions: changedSince(since, without), fields: watched, lacks }),
    parentOf,
    stamp: lastUpdated,
    async isAmong({ session }, child, parents) {
      const within = and(`id=${child}`, `company/id>=${parents[0]}`, `company/id<=${parents.at(-1)}`)
      return (await readSome(listOf(session, endpoint, { conditions: within, fields: 'id' }), 1)).length > 0
    },
    isRelevant,
    bringsParent
  }
}
