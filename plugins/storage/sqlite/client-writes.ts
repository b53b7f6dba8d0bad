import type { ClientWrite, Lease } from '../port.ts'
import { ClientIndex } from './client-index.ts'
import type { NameRow } from './client-names.ts'
import { dropOwnerWithoutClients, Owners } from './client-owners.ts'
import { statusNumber, statusOf, toColumns } from './client-row.ts'
import type { Database, Row } from './database.ts'

/**
 * A ClientWrite with the record as its row; null: the client is to go. Lists without names, as they go to another
 * thread: objects cost three times as much there.
 */
export type RowWrite = readonly [id: string, expectedRev: number, row: ClientRow | null]

type ClientRow = readonly [
  externalId: string,
  status: number,
  nameKey: string,
  sortKey: string,
  partStates: string,
  agreementStates: string | null,
  body: string,
  agreements: string | null
]

export function toRowWrite({ id, expectedRev, record }: ClientWrite): RowWrite {
  if (!record) return [id, expectedRev, null]
  const { externalId, status, nameKey, sortKey } = record
  const { partStates, agreementStates, body, agreements } = toColumns(record)
  const number = statusNumber(status)
  return [id, expectedRev, [externalId, number, nameKey, sortKey, partStates, agreementStates, body, agreements]]
}

/** Inside a fenced transaction: each write by its own compare-and-set; the ids that lost. */
export function writeClients(database: Database, lease: Lease, writes: readonly RowWrite[]): string[] {
  const index = new ClientIndex(database)
  const owners = new Owners(database)
  const lost: string[] = []
  const seen = new Set<string>()
  for (const [id, expectedRev, row] of writes) {
    // What was collected for an earlier write of the same client has to be there before the next one.
    if (seen.has(id)) index.flush()
    seen.add(id)
    const written =
      expectedRev === 0
        ? insert(database, index, owners, lease, id, row)
        : replace(database, index, owners.find(lease.tenant, lease.connectionId), id, expectedRev, row)
    if (!written) lost.push(id)
  }
  index.flush()
  if (writes.some(([, , row]) => row === null)) dropOwnerWithoutClients(database, lease)
  return lost
}

function insert(
  database: Database,
  index: ClientIndex,
  owners: Owners,
  lease: Lease,
  id: string,
  row: ClientRow | null
): boolean {
  if (row === null) return database.one('SELECT 1 FROM clients WHERE id = ?', id) === undefined
  const owner = owners.of(lease.tenant, lease.connectionId)
  const { changes, rowId } = database.run(
    `INSERT OR IGNORE INTO clients (rev, id, owner, external_id, status, name_key, sort_key, part_states,
      agreement_states, body, agreements) VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    owner,
    ...row
  )
  if (changes === 0) return false
  const [, status, nameKey, , partStates] = row
  index.addName({ pk: rowId, owner, status: statusOf(status), nameKey })
  index.countParts(partStates, 1)
  return true
}

function replace(
  database: Database,
  index: ClientIndex,
  owner: number | undefined,
  id: string,
  expectedRev: number,
  row: ClientRow | null
): boolean {
  if (owner === undefined) return false
  const stored = database.one(
    'SELECT pk, owner, status, rev, name_key, part_states FROM clients WHERE id = ? AND owner = ?',
    id,
    owner
  )
  if (stored?.rev !== expectedRev) return false
  if (row === null) {
    removeClient(database, index, stored)
    return true
  }
  const [, ...changing] = row
  // SQLite leaves an index alone whose columns keep their values.
  database.run(
    `UPDATE clients SET rev = ?, status = ?, name_key = ?, sort_key = ?, part_states = ?, agreement_states = ?,
      body = ?, agreements = ? WHERE pk = ?`,
    expectedRev + 1,
    ...changing,
    stored.pk
  )
  reindex(index, stored, row)
  return true
}

/** `stored`: pk, owner, status, name_key, part_states. */
export function removeClient(database: Database, index: ClientIndex, stored: Row): void {
  index.removeName(nameRowOf(stored))
  index.countParts(stored.part_states, -1)
  database.run('DELETE FROM clients WHERE pk = ?', stored.pk)
}

function reindex(index: ClientIndex, stored: Row, [, status, nameKey, , partStates]: ClientRow): void {
  const before = nameRowOf(stored)
  if (before.nameKey !== nameKey || before.status !== statusOf(status)) {
    index.removeName(before)
    index.addName({ ...before, status: statusOf(status), nameKey })
  }
  index.countParts(stored.part_states, -1)
  index.countParts(partStates, 1)
}

function nameRowOf(stored: Row): NameRow {
  return { pk: stored.pk, owner: stored.owner, status: statusOf(stored.status), nameKey: stored.name_key }
}
