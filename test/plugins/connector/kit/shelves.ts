/** An invented vendor in memory: lists by keyset, and what goes wrong with them. */
import { SourceUnavailable } from '../../../../plugins/connector/contract.ts'
import type { KeysetList, PageAsk } from '../../../../plugins/connector/kit/index.ts'

export type Row = Record<string, unknown>

export interface Faults {
  /** Ids that make any page that holds them fail. */
  readonly bad?: readonly number[]
  /** Pages larger than this fail. */
  readonly mostRows?: number
  /** Rows of the n-th page (from 0), instead of the right ones. */
  readonly instead?: (rows: readonly Row[], page: number) => unknown
  /** The vendor says itself whether more follows. */
  readonly tells?: boolean
}

/** Rows by keyset, ten a page; `asked` is told of each question. */
export function listOfRows(
  rows: () => readonly Row[],
  asked: PageAsk[] = [],
  faults: Faults = {},
  more: Partial<KeysetList> = {}
): KeysetList {
  return {
    what: 'Desk tickets',
    fullPage: 10,
    pageSizes: new Map(),
    async page(ask) {
      asked.push(ask)
      const beyond = rows().filter(({ id }) => Number(id) > ask.after)
      const page = beyond.slice(0, ask.size)
      const { bad = [], mostRows = 1000, instead = (same: readonly Row[]) => same, tells = false } = faults
      if (!ask.idsOnly && (page.length > mostRows || page.some(({ id }) => bad.includes(Number(id)))))
        throw new SourceUnavailable('The desk answered with status 500.', { status: 500 })
      const sent = ask.idsOnly ? page.map(({ id }) => ({ id })) : page.map(row => ({ ...row }))
      return { entries: instead(sent, asked.length - 1), ...(tells && { more: beyond.length > page.length }) }
    },
    ...more
  }
}

export const numbered = (count: number, from = 1): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, name: `Row ${from + index}` }))
