import type { ClientWrite, Lease } from '../port.ts'
import { ClientIndex } from './client-index.ts'
import { type ClientRow, type PartState, toRow } from './client-row.ts'
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
  const lost: string[] = []
  const seen = new Set<string>()
  for (const { id, expectedRev, record } of writes) {
    // What was collected for an earlier write of the same client has to be there before the next one.
    if (seen.has(id)) index.flush()
    seen.add(id)
    const written =
      expectedRev === 0 ? insert(database, index, id, record) : replace(database, index, lease, id, expectedRev, record)
    if (!written) lost.push(id)
  }
  index.flush()
  return lost
}

function insert(database: Database, index: ClientIndex, id: string, record: ClientRow | null): boolean {
  if (record === null) return database.one('SELECT 1 FROM clients WHERE id = ?', id) === undefined
  const { partStates, agreementStates, body, agreements } = record
  const { changes, rowId } = database.run(
    `INSERT OR IGNORE INTO clients (id, tenant, connection_id, external_id, status, rev, name_key, sort_key,
      part_states, agreement_states, body, agreements) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?)`,
    record.id,
    record.tenant,
    record.connectionId,
    record.externalId,
    record.status,
    record.nameKey,
    record.sortKey,
    partStates,
    agreementStates,
    body,
    agreements
  )
  if (changes === 0) return false
  index.addName(rowId, record.tenant, record.nameKey)
  index.addParts(rowId, record, JSON.parse(record.partStates))
  return true
}

function replace(
  database: Database,
  index: ClientIndex,
  lease: Lease,
  id: string,
  expectedRev: number,
  record: ClientRow | null
): boolean {
  const row = database.one(
    `SELECT pk, rev, name_key, sort_key, part_states FROM clients WHERE id = ? AND tenant = ? AND connection_id = ?`,
    id,
    lease.tenant,
    lease.connectionId
  )
  if (row?.rev !== expectedRev) return false
  if (record === null) {
    index.removeName(row.pk, lease.tenant, row.name_key)
    index.removeParts(row.pk, row.sort_key, JSON.parse(row.part_states))
    database.run('DELETE FROM clients WHERE pk = ?', row.pk)
    return true
  }
  update(database, row, record, expectedRev + 1)
  reindex(index, row, record)
  return true
}

function update(database: Database, row: Row, record: ClientRow, rev: number): void {
  const { partStates, agreementStates, body, agreements } = record
  // SQLite leaves an index alone whose columns keep their values.
  database.run(
    `UPDATE clients SET status = ?, rev = ?, name_key = ?, sort_key = ?, part_states = ?, agreement_states = ?,
      body = ?, agreements = ? WHERE pk = ?`,
    record.status,
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
  if (row.name_key !== record.nameKey) {
    index.removeName(row.pk, record.tenant, row.name_key)
    index.addName(row.pk, record.tenant, record.nameKey)
  }
  if (row.sort_key === record.sortKey && row.part_states === record.partStates) return
  const before: PartState[] = JSON.parse(row.part_states)
  index.removeParts(row.pk, row.sort_key, before)
  index.addParts(row.pk, record, JSON.parse(record.partStates))
}
