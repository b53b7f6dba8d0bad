/** Which entries of history count: those whose write came. Each part of a client names its newest, and each entry the one before it. */
import { entriesOf } from '../entities/history.ts'
import type { HistoryEntry } from '../entities/history-entry.ts'
import type { ClientRecord } from '../entities/stored-client.ts'
import { errors } from '../errors.ts'
import type { Cursors } from './cursor.ts'
import type { Listing, PageRequest } from './listing.ts'
import { PAGE_BYTES, type Page, PageBound } from './page-weight.ts'

type Parts = readonly Pick<ClientRecord['parts'][number], 'installationId' | 'lastChange'>[]

type Link = Pick<HistoryEntry, 'id' | 'installationId' | 'former'>

/** Followed from the newest entry to the oldest. */
export class Chain {
  /** By installation, the next entry that counts. */
  readonly #next: Map<string, string>

  constructor(next: Iterable<readonly [installationId: string, entryId: string]>) {
    this.#next = new Map(next)
  }

  static of(parts: Parts): Chain {
    return new Chain(
      parts.flatMap(({ installationId, lastChange }) =>
        lastChange === undefined ? [] : [[installationId, lastChange]]
      )
    )
  }

  /** Whether it counts; to be asked of all, newest first. */
  takes({ id, installationId, former }: Link): boolean {
    if (this.#next.get(installationId) !== id) return false
    if (former === null) this.#next.delete(installationId)
    else this.#next.set(installationId, former)
    return true
  }

  /** Where it has come to, for a cursor. */
  position(): string {
    return JSON.stringify([...this.#next])
  }

  static from(position: string): Chain {
    return new Chain(JSON.parse(position))
  }
}

/** Entries read at a time, and fewer where they are large: one may have some MiB. */
const AT_ONCE = 32

/** An entry and what it weighs in a page. */
export interface WeighedEntry {
  readonly entry: HistoryEntry
  readonly weight: number
}

/**
 * A page of a client's entries, newest first.
 * @param read a page of the entries of this client whose id is smaller than `before`, the largest first
 */
export async function listHistory(
  cursors: Cursors,
  { id, parts }: Pick<ClientRecord, 'id' | 'parts'>,
  { limit, cursor }: PageRequest,
  read: (before: string, limit: number) => Promise<Page<WeighedEntry>>
): Promise<Listing<HistoryEntry>> {
  const { from, to } = entriesOf(id)
  const [before = to, position] = cursors.decode('history', cursor) ?? []
  if (position !== undefined && !before.startsWith(from)) throw new errors.HOST_ERR_BAD_CURSOR()
  const chain = position === undefined ? Chain.of(parts) : Chain.from(position)
  const found: { entry: HistoryEntry; position: string }[] = []
  const bound = new PageBound(limit)
  for (let last = before; !bound.isFull; ) {
    const batch = await read(last, AT_ONCE)
    for (const { entry, weight } of batch.items) {
      if (!chain.takes(entry)) continue
      if (!bound.takes(weight)) break
      found.push({ entry, position: chain.position() })
    }
    if (!batch.more) break
    last = batch.items.at(-1)!.entry.id
  }
  const page = { items: found, more: bound.isFull }
  const { items, nextCursor } = cursors.listing('history', page, one => [one.entry.id, one.position])
  return { items: items.map(({ entry }) => entry), nextCursor }
}

export interface OfNextClients {
  readonly found: HistoryEntry[]
  /** Their clients. */
  readonly ids: string[]
  /** The client to go on after; null: there are no more. */
  readonly next: string | null
}

/**
 * Entries of a run, of the next clients, each whole: one whose entries are not all in the page comes in the next one,
 * and has it to itself if they are more than a page.
 * @param clients at most
 * @param read a page of the entries of the run whose id is larger than `last`, the smallest first
 */
export async function ofNextClients(
  after: string | null,
  clients: number,
  read: (last: string, limit: number) => Promise<Page<WeighedEntry>>
): Promise<OfNextClients> {
  const found: HistoryEntry[] = []
  const ids: string[] = []
  let weight = 0
  for (let last = after === null ? '' : entriesOf(after).to; ; ) {
    const batch = await read(last, AT_ONCE)
    for (const next of batch.items) {
      const { clientId } = next.entry
      const isNew = ids.at(-1) !== clientId
      const isFull = ids.length > 0 && weight + next.weight > PAGE_BYTES
      if (isNew && (isFull || ids.length === clients)) return { found, ids, next: ids.at(-1)! }
      if (isFull && ids.length > 1) {
        ids.pop()
        return { found: found.filter(entry => entry.clientId !== clientId), ids, next: ids.at(-1)! }
      }
      if (isNew) ids.push(clientId)
      found.push(next.entry)
      weight += next.weight
    }
    if (!batch.more) return { found, ids, next: null }
    last = batch.items.at(-1)!.entry.id
  }
}

/**
 * Whoever goes through these entries reads and writes their clients too, so that no more than a page of those is gone
 * through at once.
 * @param clients those that are there, in the order of the ids
 */
export function ofClientsThatFit(
  { found, ids, next }: OfNextClients,
  clients: Page<Pick<ClientRecord, 'id' | 'parts'>>
): Pick<OfNextClients, 'found' | 'next'> & { readonly parts: ReadonlyMap<string, Parts> } {
  const parts = new Map(clients.items.map(client => [client.id, client.parts]))
  if (!clients.more) return { found, next, parts }
  const last = clients.items.at(-1)!.id
  const reached = new Set(ids.slice(0, ids.indexOf(last) + 1))
  return { found: found.filter(({ clientId }) => reached.has(clientId)), next: last, parts }
}

/**
 * Of entries of a run, those that count. Most are the newest of their client, and nothing more is read.
 * @param parts of their clients, by id
 * @param read entries with these ids, those that are there
 */
export async function countingEntries(
  ofRun: readonly HistoryEntry[],
  parts: ReadonlyMap<string, Parts>,
  read: (ids: readonly string[]) => Promise<readonly Link[]>
): Promise<HistoryEntry[]> {
  const links = new Map<string, Link>(ofRun.map(entry => [entry.id, entry]))
  const oldest = new Map(ofRun.toReversed().map(entry => [entry.clientId, entry]))
  const counting = new Set<string>()
  let ahead = [...oldest.values()].flatMap(({ clientId, installationId, id }) => {
    const newest = parts.get(clientId)?.find(part => part.installationId === installationId)?.lastChange
    return newest === undefined ? [] : [{ at: newest, until: id }]
  })
  while (ahead.length > 0) {
    const unknown = ahead.map(({ at }) => at).filter(id => !links.has(id))
    if (unknown.length > 0) for (const link of await read(unknown)) links.set(link.id, link)
    ahead = ahead.flatMap(({ at, until }) => {
      const link = links.get(at)
      if (!link) return []
      counting.add(at)
      return link.former === null || link.former < until ? [] : [{ at: link.former, until }]
    })
  }
  return ofRun.filter(({ id }) => counting.has(id))
}
