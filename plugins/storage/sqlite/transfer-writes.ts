import type { ClientRecord } from '../port.ts'
import { ClientIndex } from './client-index.ts'
import { partStatesOf, toColumns } from './client-row.ts'
import type { Database, Value } from './database.ts'

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
  for (const record of records) {
    const stored = database.one('SELECT pk, rev, name_key, sort_key, part_states FROM clients WHERE id = ?', record.id)
    if (stored && stored.rev > record.rev) continue
    if (stored) {
      index.removeName(stored.pk, record.tenant, stored.name_key)
      index.removeParts(stored.pk, stored.sort_key, JSON.parse(stored.part_states))
      database.run('DELETE FROM clients WHERE pk = ?', stored.pk)
    }
    const pk = upsert(database, { table: 'clients', key: ['id'], columns: toClientColumns(record) })
    index.addName(pk, record.tenant, record.nameKey)
    index.addParts(pk, record, partStatesOf(record))
  }
  index.flush()
}

function toClientColumns(record: ClientRecord): Record<string, Value> {
  const { id, tenant, status, rev } = record
  const { partStates, agreementStates, body, agreements } = toColumns(record)
  return {
    ...{ id, tenant, status, rev, body, agreements },
    connection_id: record.connectionId,
    external_id: record.externalId,
    name_key: record.nameKey,
    sort_key: record.sortKey,
    part_states: partStates,
    agreement_states: agreementStates
  }
}
