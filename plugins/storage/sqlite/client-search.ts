/**
 * A page of the clients whose names have the words, in name order. Names that begin with a word stand together in the
 * list; those that have it later are in client_words. A word that few have later leads; if every word is common,
 * matches are dense and the list is walked.
 */
import { matchesWords } from '../../entities/name-key.ts'
import { HEAD_LENGTH } from './client-index.ts'
import { type After, comparePlaces, isAfter, LAST, type Place, type Places } from './client-places.ts'
import type { Database } from './database.ts'
import { compareText, head } from './text-order.ts'

/** Up to so many clients that have a word later in their name are collected and sorted. */
const RARE = 5000

/** So many names that begin with a word are counted to choose the word that leads. */
const MANY = 500

interface Lead {
  readonly word: string
  /** pk and head of the name of those that have the word later. */
  readonly later: readonly (readonly [number, string])[]
  /** Of the names that begin with the word, up to MANY. */
  readonly beginning: number
}

export function searchPlaces(
  database: Database,
  tenant: string,
  places: Places,
  words: readonly string[],
  after: After,
  limit: number
): Place[] {
  const lead = findLead(database, tenant, places, words)
  if (!lead) return walk(places, words, after, limit, null)
  const from: After = compareText(after[0], lead.word) < 0 ? [lead.word, ''] : after
  const found = [
    ...walk(places, words, from, limit, lead.word + LAST),
    ...firstOf(places, lead.later, words, after, limit)
  ]
  // A name may begin with the word and have it later too.
  const unique = new Map(found.map(place => [place.pk, place]))
  return [...unique.values()].sort(comparePlaces).slice(0, limit)
}

function findLead(database: Database, tenant: string, places: Places, words: readonly string[]): Lead | null {
  let best: Lead | null = null
  for (const word of words) {
    const later = rareLater(database, tenant, word)
    if (!later) continue
    const beginning = words.length === 1 ? 0 : places.next([word, ''], MANY, word + LAST).length
    const lead = { word, later, beginning }
    if (!best || weight(lead) < weight(best)) best = lead
  }
  return best
}

/** null: more than RARE have it. */
function rareLater(database: Database, tenant: string, word: string): Lead['later'] | null {
  const range = 'FROM client_words WHERE tenant = ? AND word >= ? AND word < ?'
  const bounds = [tenant, word, word + LAST] as const
  const { count } = database.one(`SELECT count(*) AS count FROM (SELECT 1 ${range} LIMIT ?)`, ...bounds, RARE + 1)!
  if (count > RARE) return null
  return database.all(`SELECT client, head ${range}`, ...bounds).map(row => [row.client, row.head] as const)
}

/** MANY may stand for a great many more. */
function weight({ beginning, later }: Lead): number {
  return (beginning < MANY ? beginning : 10 * RARE) + later.length
}

/** Along the list, up to the name key `before`. */
function walk(places: Places, words: readonly string[], after: After, limit: number, before: string | null): Place[] {
  const found: Place[] = []
  for (let from = after; found.length < limit; ) {
    const next = places.next(from, limit, before, words)
    found.push(...next.filter(place => matchesWords(place.nameKey, words)))
    const last = next.at(-1)
    if (!last || next.length < limit) break
    from = [last.nameKey, last.id]
  }
  return found.slice(0, limit)
}

/** Of clients collected by a word, those that come first: read batch by batch until the page is full. */
function firstOf(
  places: Places,
  collected: Lead['later'],
  words: readonly string[],
  after: After,
  limit: number
): Place[] {
  const from = head(after[0], HEAD_LENGTH)
  const candidates = collected
    .filter(([, start]) => compareText(start, from) >= 0)
    .sort((a, b) => compareText(a[1], b[1]))
  const found: Place[] = []
  for (let begin = 0, end = 0; begin < candidates.length && found.length < limit; begin = end) {
    end = Math.min(begin + limit, candidates.length)
    // The same head may hide different names: what belongs together is sorted together.
    while (end < candidates.length && candidates[end]![1] === candidates[end - 1]![1]) end++
    const batch = new Set(candidates.slice(begin, end).map(([pk]) => pk))
    const read = places.of([...batch]).filter(place => isAfter(place, after) && matchesWords(place.nameKey, words))
    found.push(...read.sort(comparePlaces))
  }
  return found.slice(0, limit)
}
