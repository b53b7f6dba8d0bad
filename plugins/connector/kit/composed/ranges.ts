import { width } from '../in-parallel.ts'

/** A part of the id order that is still to be read: `after < id <= through`. */
export interface Range {
  after: number
  /** null: no end, so that what is created during the pass is read too. */
  readonly through: number | null
}

/**
 * Places that cut a list into as many parts of equal length as a vendor is asked at once, none shorter than a page. Ids
 * have gaps (one record far above all others is enough): equal spans of ids would leave everything in one part.
 */
export function placesToCut(count: number, fullPage: number): number[] {
  const parts = Math.min(width, Math.ceil(count / fullPage))
  return Array.from({ length: Math.max(parts - 1, 0) }, (_, part) => Math.floor(((part + 1) * count) / parts))
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
