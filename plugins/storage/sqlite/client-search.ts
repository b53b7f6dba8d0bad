/**
 * A page of the clients whose names have the words, in name order or against it. Two ways in turn, each going on where the other
 * stopped: a stretch of the list is walked, which finds dense matches; if they are not enough, the index of words
 * says where the next ones are. Each turn goes twice as far, so that a search costs about what the better way costs.
 */
import { matchesWords } from '../../entities/name-key.ts'
import { endOf, headOf, startOf } from './client-names.ts'
import { comparePositions, type Place, type Places, type Position } from './client-places.ts'

/** Places walked first, for each that is wanted. */
const WALKED = 16

/** Matches asked for first, for each that is wanted: a client is read to know its whole name. */
const ASKED = 4

export function searchPlaces(places: Places, words: readonly string[], after: Position | null, limit: number): Place[] {
  const found: Place[] = []
  let from = after
  for (let factor = 1; ; factor *= 2) {
    const end = places.endOfStretch(from, factor * WALKED * limit)
    found.push(...walk(places, words, from, limit - found.length, end))
    if (found.length >= limit || end === null) return found.slice(0, limit)
    const next = ask(places, words, end, factor * ASKED * limit)
    found.push(...next.found)
    if (found.length >= limit || next.from === null) return found.slice(0, limit)
    from = next.from
  }
}

/** Along the list, to the end of a stretch. */
function walk(
  places: Places,
  words: readonly string[],
  after: Position | null,
  limit: number,
  through: Position | null
): Place[] {
  const found: Place[] = []
  for (let from = after; found.length < limit; ) {
    const next = places.next(from, limit, through, words)
    found.push(...next.filter(place => matchesWords(place.position[0]!, words)))
    const last = next.at(-1)
    if (!last || next.length < limit) break
    from = last.position
  }
  return found
}

/** Through the index of words; `from`: what comes up to there is found, null: all is. */
function ask(
  places: Places,
  words: readonly string[],
  after: Position,
  limit: number
): { found: Place[]; from: Position | null } {
  const { down } = places
  const from = headOf(after[0]!)
  // If whole words alone are too many of one head, so are all that the words begin, and these cost far more to find.
  const [tooMany] = places.candidates(words, 'whole', { from, down, skip: limit, limit: 1 })
  if (tooMany?.head === from) return { found: [], from: after }
  const candidates = places.candidates(words, 'beginning', { from, down, skip: 0, limit: limit + 1 })
  const more = candidates.length > limit ? candidates.at(-1)!.head : null
  // Of the last head there may be others, and only whole names tell their order.
  const whole = more === null ? candidates : candidates.filter(({ head }) => (down ? head > more : head < more))
  const found = places
    .of(whole.map(({ pk }) => pk))
    .filter(place => places.isAfter(place, after) && matchesWords(place.position[0]!, words))
  if (more === null) return { found, from: null }
  const last = found.at(-1)
  const reached = last ? last.position : after
  const open: Position = [down ? endOf(more) : startOf(more), '']
  return { found, from: comparePositions(reached, open) < 0 === down ? reached : open }
}
