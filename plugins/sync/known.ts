/** The one memory of what was seen: what connectors ask of it in a poll. */
import type { Known, RosterEntry } from '../connector/contract.ts'
import { sortKeyOf } from '../entities/client-keys.ts'
import { partOf } from '../entities/client-record.ts'
import type { Attempt } from './attempt.ts'
import type { Desk } from './desk.ts'

const CHUNK = 1000
/** A deep look gives another chance to what was set aside so long ago. */
const AGAIN_MS = 50 * 60_000

/**
 * What is kept of clients and of what is none. A row of what was seen is younger than the client it lies over: a version
 * that cannot be used counts as looked at, whatever is stored.
 * @param again a deep look: gets the keys of what was set aside some time ago, which gets another chance
 */
export async function known(
  { desk }: Attempt,
  keys: readonly string[],
  again: Set<string> | null
): Promise<ReadonlyMap<string, Known>> {
  const { store, now } = desk.parts
  const { id, connectionId } = desk.installation
  const old = new Date(now().getTime() - AGAIN_MS).toISOString()
  const found = new Map<string, Known>()
  const isId = desk.syncType.idOrder === 'numeric' ? (key: string) => /^\d+$/.test(key) : () => true
  for (let from = 0; from < keys.length; from += CHUNK) {
    const some = keys.slice(from, from + CHUNK)
    const ids = some.filter(isId)
    for (const { externalId, part } of ids.length > 0 ? await store.clients.loadParts(connectionId, id, ids) : [])
      found.set(externalId, { stamps: part.stamps, takes: part.status === 'active' })
    for (const { key, stamps, setAside, at } of await store.seen.load(id, some)) {
      if (again && setAside !== null && at < old) {
        again.add(key)
        continue
      }
      const client = found.get(key)
      found.set(key, { stamps: { ...client?.stamps, ...stamps }, takes: client?.takes ?? false })
    }
  }
  return found
}

/** Longer than any poll looks back. */
export const SEEN_KEPT_MS = 26 * 3600_000
const MOST_ROUNDS = 100

/** @param setAside a complete pass has ended that began later than this: what it did not set aside again is over */
export async function pruneSeen({ parts, lease }: Desk, olderThanMs: number, setAside = false): Promise<void> {
  for (let round = 0; round < MOST_ROUNDS; round++)
    if ((await parts.store.seen.prune(lease, olderThanMs, setAside)) === 0) return
}

export async function roster({ desk }: Attempt, after: string | null, limit: number): Promise<RosterEntry[]> {
  const { installation, syncType, parts } = desk
  const key = after === null ? null : sortKeyOf(syncType.idOrder, after)
  const entries: RosterEntry[] = []
  for (let next = key; entries.length < limit; ) {
    const most = Math.min(limit - entries.length, 500)
    const records = await parts.store.clients.activeRecords(installation.id, next, most)
    for (const record of records) {
      const agreements = record.agreements.filter(({ status }) => status !== 'gone').map(({ externalId }) => externalId)
      entries.push({ id: record.externalId, agreements, stamps: partOf(record, installation.id)?.stamps ?? {} })
    }
    const last = records.at(-1)
    if (!last) break
    next = last.sortKey
  }
  return entries
}
