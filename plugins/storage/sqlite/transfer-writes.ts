import type { ClientRecord } from '../port.ts'
import { changeStates } from './agreement-states.ts'
import { ClientIndex } from './client-index.ts'
import { Owners } from './client-owners.ts'
import { statusNumber, toColumns } from './client-row.ts'
import { removeClient, STORED } from './client-writes.ts'
import type { Database, Value } from './database.ts'
import { putLive } from './live-agreements.ts'

export interface Upsert {
  readonly table: string
  readonly key: readonly string[]
  readonly columns: Readonly<Record<string, Value>>
  /** A row whose value in this column is larger stays as it is. */
  readonly newest?: string
}

/** Names of tables and columns come from this folder alone, never from input. */
export function upsert(database: Database, { table, key, columns, newest }: Upsert): number {
  const names = Object.keys(columns)
  const changes = names.filter(name => !key.includes(name)).map(name => `${name} = excluded.${name}`)
  const unless = newest ? `WHERE excluded.${newest} >= ${table}.${newest}` : ''
  const action = changes.length > 0 ? `UPDATE SET ${changes.join(', ')} ${unless}` : 'NOTHING'
  return database.run(
    `INSERT INTO ${table} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT (${key.join(', ')}) DO ${action}`,
    ...Object.values(columns)
  ).rowId
}

/** As they are, with their revisions; each client once. */
export function putClients(database: Database, records: readonly ClientRecord[]): void {
  const index = new ClientIndex(database)
  const owners = new Owners(database)
  for (const record of records) {
    const stored = database.one(`SELECT ${STORED} FROM clients WHERE id = ?`, record.id)
    if (stored && stored.rev > record.rev) continue
    if (stored) removeClient(database, index, stored)
    const owner = owners.of(record.tenant, record.connectionId)
    const { live, columns } = toClientColumns(record, owner)
    const pk = upsert(database, { table: 'clients', key: ['id'], columns })
    index.addName({ pk, owner, status: record.status, nameKey: record.nameKey })
    index.countParts(columns.part_states, 1)
    index.changeDays(record.externalId, null, columns.changing)
    putLive(database, owner, pk, live)
    const { id, status, agreement_states: states } = columns
    changeStates(database, null, { owner, id, status, states })
  }
  index.flush()
}

function toClientColumns(record: ClientRecord, owner: number) {
  const { id, rev } = record
  const { partStates, changing, agreementStates, body, agreements, live } = toColumns(record)
  const columns = {
    ...{ id, owner, rev, changing, body, agreements },
    status: statusNumber(record.status),
    external_id: record.externalId,
    name_key: record.nameKey,
    sort_key: record.sortKey,
    updated_at: record.updatedAt,
    part_states: partStates,
    agreement_states: agreementStates
  }
  return { live, columns }
}
