import { width } from '../api/in-parallel.ts'
import { fullPage } from '../api/scan.ts'
import { lanes } from './side-by-side.ts'

/** A part of the id order that is read by itself: `after < id <= through`. */
export interface Range {
  readonly after: number
  /** null: no end, so that what is created during the pass is read too. */
  readonly through: number | null
  /** Everything up to this id is read; null: the range is done. */
  at: number | null
}

/** Pages that one range holds, about. */
const pagesEach = 8
/** Below this a single range is read faster than the largest id is asked for. */
const worthSplitting = 4 * fullPage

export function isWorthSplitting(expected: number): boolean {
  return expected > worthSplitting
}

/** Disjoint ranges that together hold every id, the last one without an end. @param largestId of what is read */
export function planRanges(expected: number, largestId: number): Range[] {
  const parts = Math.min(partsFor(expected), Math.max(largestId, 1))
  const ranges: Range[] = []
  for (let part = 0; part < parts; part++) {
    const after = Math.floor((largestId * part) / parts)
    const through = part === parts - 1 ? null : Math.floor((largestId * (part + 1)) / parts)
    ranges.push({ after, through, at: after })
  }
  return ranges
}

/**
 * Ranges take about equally long, so they are read in rounds of as many as there are lanes. A last round of fewer
 * than the vendor can be asked at once would leave places empty to the end of the pass.
 */
function partsFor(expected: number): number {
  if (!isWorthSplitting(expected)) return 1
  const parts = Math.ceil(expected / (pagesEach * fullPage))
  if (parts === 1) return 2
  const lastRound = parts % lanes
  return lastRound > 0 && lastRound < width ? parts + width - lastRound : parts
}

/** `0-8000-4512,8000--done` */
export function writeRanges(ranges: readonly Range[]): string {
  return ranges.map(({ after, through, at }) => `${after}-${through ?? ''}-${at ?? 'done'}`).join(',')
}

export function readRanges(text: string): Range[] {
  return text.split(',').map(part => {
    const [after, through, at] = part.split('-')
    return {
      after: Number(after),
      through: through === '' ? null : Number(through),
      at: at === 'done' ? null : Number(at)
    }
  })
}
