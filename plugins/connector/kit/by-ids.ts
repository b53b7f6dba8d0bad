import { inParallel } from './in-parallel.ts'
import { type KeysetList, readAll } from './keyset.ts'
import type { Found } from './records.ts'

/** What came for some ids. */
export interface Answer extends Found {
  /** What was asked for. */
  readonly ids: readonly string[]
}

/**
 * Cuts ids into lists that fit one question each.
 * @param room of a question; @param weigh what one id takes of it (characters of a URL), 1 unless told
 */
export function chunksOf(
  ids: readonly string[],
  room: number,
  weigh: (id: string) => number = () => 1
): readonly string[][] {
  const found: string[][] = []
  let left = 0
  for (const id of ids) {
    const weight = weigh(id)
    if (found.length > 0 && weight <= left) found.at(-1)!.push(id)
    else {
      found.push([id])
      left = room
    }
    left -= weight
  }
  return found
}

/** Asks for each of the lists, a few at once. */
export function readByIds(
  chunks: readonly (readonly string[])[],
  listOf: (ids: readonly string[]) => KeysetList
): Promise<readonly Answer[]> {
  return inParallel(chunks, async ids => ({ ids, ...(await readAll(listOf(ids))) }))
}

/** Those of which an answer says nothing. */
export function unanswered(ids: readonly string[], answers: readonly Found[]): string[] {
  const answered = new Set(answers.flatMap(({ records, unusable }) => [...records, ...unusable].map(({ id }) => id)))
  return ids.filter(id => !answered.has(id))
}
