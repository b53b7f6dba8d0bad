/** Which entries of history count: those whose write came. Each part of a client names its newest, and each entry the one before it. */
import { entriesOf } from '../entities/history.ts'
import { errors } from '../errors.ts'
import type { Cursors } from './cursor.ts'
import type { ClientRecord, HistoryEntry } from './documents.ts'
import type { Listing, PageRequest } from './listing.ts'

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

/** How many are read at a time beyond those asked for: few writes never come. */
const SPARE = 10

/**
 * A page of a client's entries, newest first.
 * @param read entries of this client whose id is smaller than `before`, the largest first
 */
export async function listHistory(
  cursors: Cursors,
  { id, parts }: Pick<ClientRecord, 'id' | 'parts'>,
  { limit, cursor }: PageRequest,
  read: (before: string, limit: number) => Promise<HistoryEntry[]>
): Promise<Listing<HistoryEntry>> {
  const { from, to } = entriesOf(id)
  const [before = to, position] = cursors.decode('history', cursor) ?? []
  if (position !== undefined && !before.startsWith(from)) throw new errors.HOST_ERR_BAD_CURSOR()
  const chain = position === undefined ? Chain.of(parts) : Chain.from(position)
  const found: { entry: HistoryEntry; position: string }[] = []
  for (let last = before; found.length <= limit; ) {
    const batch = await read(last, limit + SPARE)
    for (const entry of batch) if (chain.takes(entry)) found.push({ entry, position: chain.position() })
    if (batch.length < limit + SPARE) break
    last = batch.at(-1)!.id
  }
  const page = found.length > limit + 1 ? found.slice(0, limit + 1) : found
  const { items, nextCursor } = cursors.listing('history', page, limit, one => [one.entry.id, one.position])
  return { items: items.map(({ entry }) => entry), nextCursor }
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
