import type { ClientWrite, Lease } from '../port.ts'
import { ClientIndex } from './client-index.ts'
import type { NameRow } from './client-names.ts'
import { dropOwnerWithoutClients, Owners } from './client-owners.ts'
import { type ClientRow, statusNumber, statusOf, toRow } from './client-row.ts'
import type { Database, Row } from './database.ts'

/** A ClientWrite with the record as its row. */
export interface RowWrite extends Omit<ClientWrite, 'record'> {
  readonly record: ClientRow | null
}

export function toRowWrite({ id, expectedRev, record }: ClientWrite): RowWrite {
  return { id, expectedRev, record: record && toRow(record) }
}

/** Inside a fenced transaction: each write by its own compare-and-set; the ids that lost. */
export function writeClients(database: Database, lease: Lease, writes: readonly RowWrite[]): string[] {
  const index = new ClientIndex(database)
  const owners = new Owners(database)
  const lost: string[] = []
  const seen = new Set<string>()
  for (const { id, expectedRev, record } of inNameOrder(writes)) {
    // What was collected for an earlier write of the same client has to be there before the next one.
    if (seen.has(id)) index.flush()
    seen.add(id)
    const written =
      expectedRev === 0
        ? insert(database, index, owners, id, record)
        : replace(database, index, owners.find(lease.tenant, lease.connectionId), id, expectedRev, record)
    if (!written) lost.push(id)
  }
  index.flush()
  if (writes.some(({ record }) => record === null)) dropOwnerWithoutClients(database, lease)
  return lost
}

/** Neighbours in the list go in one behind the other, unless one client is written twice. */
function inNameOrder(writes: readonly RowWrite[]): readonly RowWrite[] {
  if (new Set(writes.map(({ id }) => id)).size < writes.length) return writes
  const nameOf = ({ record }: RowWrite) => record?.nameKey ?? ''
  return writes.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
}

function insert(database: Database, index: ClientIndex, owners: Owners, id: string, record: ClientRow | null): boolean {
  if (record === null) return database.one('SELECT 1 FROM clients WHERE id = ?', id) === undefined
  const owner = owners.of(record.tenant, record.connectionId)
  const { partStates, agreementStates, body, agreements } = record
  const { changes, rowId } = database.run(
    `INSERT OR IGNORE INTO clients (id, owner, external_id, status, rev, name_key, sort_key, part_states,
      agreement_states, body, agreements) VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
    record.id,
    owner,
    record.externalId,
    statusNumber(record.status),
    record.nameKey,
    record.sortKey,
    partStates,
    agreementStates,
    body,
    agreements
  )
  if (changes === 0) return false
  index.addName({ pk: rowId, owner, status: record.status, nameKey: record.nameKey })
  index.countParts(record.partStates, 1)
  return true
}

function replace(
  database: Database,
  index: ClientIndex,
  owner: number | undefined,
  id: string,
  expectedRev: number,
  record: ClientRow | null
): boolean {
  if (owner === undefined) return false
  const row = database.one(
    'SELECT pk, owner, status, rev, name_key, part_states FROM clients WHERE id = ? AND owner = ?',
    id,
    owner
  )
  if (row?.rev !== expectedRev) return false
  if (record === null) {
    removeClient(database, index, row)
    return true
  }
  update(database, row, record, expectedRev + 1)
  reindex(index, row, record)
  return true
}

/** `row`: pk, owner, status, name_key, part_states. */
export function removeClient(database: Database, index: ClientIndex, row: Row): void {
  index.removeName(nameRowOf(row))
  index.countParts(row.part_states, -1)
  database.run('DELETE FROM clients WHERE pk = ?', row.pk)
}

function update(database: Database, row: Row, record: ClientRow, rev: number): void {
  const { partStates, agreementStates, body, agreements } = record
  // SQLite leaves an index alone whose columns keep their values.
  database.run(
    `UPDATE clients SET status = ?, rev = ?, name_key = ?, sort_key = ?, part_states = ?, agreement_states = ?,
      body = ?, agreements = ? WHERE pk = ?`,
    statusNumber(record.status),
    rev,
    record.nameKey,
    record.sortKey,
    partStates,
    agreementStates,
    body,
    agreements,
    row.pk
  )
}

function reindex(index: ClientIndex, row: Row, record: ClientRow): void {
  const before = nameRowOf(row)
  if (before.nameKey !== record.nameKey || before.status !== record.status) {
    index.removeName(before)
    index.addName({ ...before, status: record.status, nameKey: record.nameKey })
  }
  index.countParts(row.part_states, -1)
  index.countParts(record.partStates, 1)
}

function nameRowOf(row: Row): NameRow {
  return { pk: row.pk, owner: row.owner, status: statusOf(row.status), nameKey: row.name_key }
}
