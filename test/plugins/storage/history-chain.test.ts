import t from 'tap'
import type { HistoryEntry } from '../../../plugins/entities/history-entry.ts'
import { Cursors } from '../../../plugins/storage/cursor.ts'
import { listHistory, ofNextClients, type WeighedEntry } from '../../../plugins/storage/history-chain.ts'
import { type Page, takePage } from '../../../plugins/storage/page-weight.ts'

const MiB = 1024 * 1024
const cursors = new Cursors(Buffer.alloc(32, 7))
const ids = (entries: readonly HistoryEntry[]) => entries.map(({ id }) => id)
const idOf = (client: string, rev: number) => `${client}/${String(rev).padStart(10, '0')}/x`

/** A page of them, as a store reads it. */
function pageOf(found: readonly HistoryEntry[], limit: number): Page<WeighedEntry> {
  const weightOf = (entry: HistoryEntry) => JSON.stringify(entry).length
  return takePage(found, limit, weightOf, entry => ({ entry, weight: weightOf(entry) }))
}

/** Of a client, from its first to its newest; each leads to the one before it. */
function entries(clientId: string, count: number, after: string): HistoryEntry[] {
  return Array.from({ length: count }, (_, rev) => ({
    id: idOf(clientId, rev),
    ...{ tenant: 'acme', connectionId: 'con_1', clientId, externalId: clientId, installationId: 'ins_1' },
    ...{ runId: 'run_1', by: null, rev, at: '2026-11-28T08:00:00.000Z', part: {} },
    changes: [{ field: 'name', before: '', after }],
    former: rev === 0 ? null : idOf(clientId, rev - 1)
  }))
}

for (const [size, sizes] of [
  [3 * MiB, [1, 1, 1, 1, 1, 1, 1]],
  [1.8 * MiB, [2, 2, 2, 1]],
  [1.1 * MiB, [3, 3, 1]],
  [5 * MiB, [1, 1, 1, 1, 1, 1, 1]]
] as const)
  t.test(`of entries of ${size / MiB} MiB as many are given at once as 4 MiB have, one at least`, async t => {
    const newest = entries('c1', 7, 'x'.repeat(size)).toReversed()
    const client = { id: 'c1', parts: [{ installationId: 'ins_1', lastChange: newest[0]!.id }] as never }
    const read = async (before: string, limit: number) =>
      pageOf(
        newest.filter(({ id }) => id < before),
        limit
      )
    const seen: string[] = []
    const found: number[] = []
    for (let cursor: string | null = null; ; ) {
      const page: Awaited<ReturnType<typeof listHistory>> = await listHistory(
        cursors,
        client,
        { limit: 500, cursor },
        read
      )
      seen.push(...ids(page.items))
      found.push(page.items.length)
      if (page.nextCursor === null) break
      cursor = page.nextCursor
    }
    t.same(seen, ids(newest))
    t.same(found, sizes)
  })

t.test('entries that do not count take no place in a page', async t => {
  const stored = entries('c1', 3, 'x'.repeat(3 * MiB))
  const small = entries('c1', 1, 'x')[0]!
  const newest = [{ ...small, id: idOf('c1', 3), former: null }, ...stored.toReversed()]
  const client = { id: 'c1', parts: [{ installationId: 'ins_1', lastChange: newest[0]!.id }] as never }
  const read = async (before: string, limit: number) =>
    pageOf(
      newest.filter(({ id }) => id < before),
      limit
    )
  const { items, nextCursor } = await listHistory(cursors, client, { limit: 1, cursor: null }, read)
  t.same(ids(items), [idOf('c1', 3)])
  t.equal(nextCursor, null)
})

t.test('of small entries there are as many as were asked for', async t => {
  const newest = entries('c1', 70, 'x').toReversed()
  const client = { id: 'c1', parts: [{ installationId: 'ins_1', lastChange: newest[0]!.id }] as never }
  const read = async (before: string, limit: number) =>
    pageOf(
      newest.filter(({ id }) => id < before),
      limit
    )
  const page = await listHistory(cursors, client, { limit: 60, cursor: null }, read)
  t.equal(page.items.length, 60)
  t.type(page.nextCursor, 'string')
  t.equal((await listHistory(cursors, client, { limit: 70, cursor: null }, read)).nextCursor, null)
})

for (const [size, each] of [
  [3 * MiB, 1],
  [1.2 * MiB, 1],
  [0.9 * MiB, 2]
] as const)
  t.test(`of clients with two changes of ${size / MiB} MiB in a run ${each} come at a time, each whole`, async t => {
    const clients = Array.from({ length: 6 }, (_, i) => `c${i + 10}`)
    const stored = clients.flatMap(id => entries(id, 2, 'x'.repeat(size)))
    const read = async (last: string, limit: number) =>
      pageOf(
        stored.filter(({ id }) => id > last),
        limit
      )
    const seen: string[] = []
    for (let after: string | null = null; ; ) {
      const { found, ids, next }: Awaited<ReturnType<typeof ofNextClients>> = await ofNextClients(after, 200, read)
      t.equal(ids.length, each)
      t.equal(found.length, 2 * ids.length)
      seen.push(...ids)
      if (next === null) break
      after = next
    }
    t.same(seen, clients)
    const [first] = clients
    t.same((await ofNextClients(null, 1, read)).next, first)
    t.same((await ofNextClients(clients.at(-2)!, 1, read)).next, null, 'none behind the last one')
  })
