import { endpoints } from '../api/endpoints.ts'
import { inParallel, width } from '../api/in-parallel.ts'
import { readFirstPage } from '../api/list.ts'
import { fullPage } from '../api/scan.ts'
import type { Session } from '../api/session.ts'
import type { Filter } from './company-filter.ts'

/** A part of the id order that is still to be read: `after < id <= through`. */
export interface Range {
  after: number
  /** null: no end, so that what is created during the pass is read too. */
  readonly through: number | null
}

/**
 * Ids that cut what is read into as many parts of equal length as the vendor is asked at once. Ids have gaps (one
 * record far above all others is enough), so the places are asked for: equal spans of ids would leave everything in one.
 */
export async function findBorders(session: Session, filter: Filter, count: number): Promise<number[]> {
  const parts = Math.min(width, Math.ceil(count / fullPage))
  const pages = Array.from({ length: Math.max(parts - 1, 0) }, (_, part) => Math.floor(((part + 1) * count) / parts))
  const found = await inParallel(pages, page =>
    readFirstPage(session, endpoints.companies, { ...filter, fields: 'id', orderBy: 'id asc', pageSize: 1, page })
  )
  return found.flatMap(records => records.map(({ id }) => Number(id)))
}

/** Disjoint ranges that together hold every id, the last one without an end. */
export function planRanges(borders: readonly number[]): Range[] {
  const cuts = [...new Set(borders)].filter(id => id > 0).toSorted((a, b) => a - b)
  return [0, ...cuts].map((after, index) => ({ after, through: cuts[index] ?? null }))
}

/** `4512-8000,9000-` */
export function writeRanges(ranges: Iterable<Range>): string {
  return [...ranges].map(({ after, through }) => `${after}-${through ?? ''}`).join(',')
}

export function readRanges(text: string): Range[] {
  const parts = text === '' ? [] : text.split(',').map(part => part.split('-'))
  return parts.map(([after, through]) => ({ after: Number(after), through: through ? Number(through) : null }))
}
