import t from 'tap'
import type { HistoryEntry } from '../../../plugins/entities/history-entry.ts'
import { Cursors } from '../../../plugins/storage/cursor.ts'
import { listHistory, ofNextClients } from '../../../plugins/storage/history-chain.ts'

const MiB = 1024 * 1024
const cursors = new Cursors(Buffer.alloc(32, 7))
const idOf = (client: string, rev: number) => `${client}/${String(rev).padStart(10, '0')}/x`

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

t.test('of large entries fewer are given at once than were asked for, and all one behind the other', async t => {
  const stored = entries('c1', 70, 'x'.repeat(3 * MiB))
  const newest = stored.toReversed()
  const client = { id: 'c1', parts: [{ installationId: 'ins_1', lastChange: newest[0]!.id }] as never }
  let most = 0
  const read = async (before: string, limit: number) => {
    const found = newest.filter(({ id }) => id < before).slice(0, limit)
    most = Math.max(most, found.length)
    return found
  }
  const seen: string[] = []
  for (let cursor: string | null = null; ; ) {
    const page: Awaited<ReturnType<typeof listHistory>> = await listHistory(
      cursors,
      client,
      { limit: 500, cursor },
      read
    )
    seen.push(...page.items.map(({ id }) => id))
    t.ok(page.items.length <= 2, 'about 4 MiB')
    if (page.nextCursor === null) break
    cursor = page.nextCursor
  }
  t.same(
    seen,
    newest.map(({ id }) => id)
  )
  t.ok(most <= 32, 'however many are asked for, few are held')
})

t.test('of small entries there are as many as were asked for', async t => {
  const newest = entries('c1', 70, 'x').toReversed()
  const client = { id: 'c1', parts: [{ installationId: 'ins_1', lastChange: newest[0]!.id }] as never }
  const read = async (before: string, limit: number) => newest.filter(({ id }) => id < before).slice(0, limit)
  const page = await listHistory(cursors, client, { limit: 60, cursor: null }, read)
  t.equal(page.items.length, 60)
  t.type(page.nextCursor, 'string')
  t.equal((await listHistory(cursors, client, { limit: 70, cursor: null }, read)).nextCursor, null)
})

t.test('a run of large changes is gone through by few clients at a time, each whole', async t => {
  const clients = Array.from({ length: 20 }, (_, i) => `c${i + 10}`)
  const stored = clients.flatMap(id => entries(id, 2, 'x'.repeat(3 * MiB)))
  const read = async (last: string, limit: number) => stored.filter(({ id }) => id > last).slice(0, limit)
  const seen: string[] = []
  let turns = 0
  for (let after: string | null = null; ; ) {
    const { found, ids, next }: Awaited<ReturnType<typeof ofNextClients>> = await ofNextClients(after, 200, read)
    t.equal(ids.length, 1)
    t.equal(found.length, 2 * ids.length)
    seen.push(...ids)
    turns++
    if (next === null) break
    after = next
  }
  t.same(seen, clients)
  t.equal(turns, 20)
  const [first] = clients
  t.same((await ofNextClients(null, 1, read)).next, first)
  t.same((await ofNextClients(clients.at(-2)!, 1, read)).next, null, 'none behind the last one')
})
