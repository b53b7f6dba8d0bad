import { entriesOf } from '../../entities/history.ts'
import { countingEntries, listHistory, ofClientsThatFit, ofNextClients, type WeighedEntry } from '../history-chain.ts'
import { type Page, takePage } from '../page-weight.ts'
import type { ClientRecord, HistoryEntry, HistoryStore } from '../port.ts'
import { RECORD_COLUMNS, toRecord } from './client-row.ts'
import { type Database, type Row, type Value, weightOf } from './database.ts'

export function historyStore(database: Database): HistoryStore {
  return {
    async list(tenant, clientId, page) {
      const client = await database.read(() => clientOf(database, tenant, clientId))
      if (!client) return { items: [], nextCursor: null }
      const { from } = entriesOf(clientId)
      return listHistory(database.cursors, client, page, (before, limit) =>
        database.read(() =>
          entriesOfRows(
            database.each(
              'SELECT body FROM history WHERE id > ? AND id < ? ORDER BY id DESC LIMIT ?',
              from,
              before,
              limit + 1
            ),
            limit
          )
        )
      )
    },

    async ofRun(tenant, installationId, runId, afterClient, most) {
      const ofNext = await ofNextClients(afterClient, most, (last, limit) =>
        database.read(() =>
          entriesOfRows(
            database.each(
              `SELECT body FROM history WHERE installation_id = ? AND run_id = ? AND undoes = 0 AND id > ?
                ORDER BY id LIMIT ?`,
              installationId,
              runId,
              last,
              limit + 1
            ),
            limit
          )
        )
      )
      const clients = await database.read(() => clientsOf(database, tenant, ofNext.ids))
      const { found, next, parts } = ofClientsThatFit(ofNext, clients)
      const entries = await countingEntries(found, parts, wanted =>
        database.read(() =>
          database
            .all(
              `SELECT id, installation_id, body ->> '$.former' AS former
                FROM (SELECT value FROM json_each(?)) CROSS JOIN history ON id = value`,
              JSON.stringify(wanted)
            )
            .map(({ id, installation_id: of, former }) => ({ id, installationId: of, former }))
        )
      )
      return { entries, next }
    },

    prune: (olderThanMs, limit) =>
      database.write(
        () =>
          database.run(
            'DELETE FROM history WHERE id IN (SELECT id FROM history WHERE written <= ? ORDER BY written LIMIT ?)',
            database.now() - olderThanMs,
            limit
          ).changes
      )
  }
}

/** An entry as it goes to the writer's thread. */
export type EntryRow = readonly [id: string, installationId: string, runId: string, undoes: number, body: string]

export function toEntryRow(entry: HistoryEntry): EntryRow {
  return [entry.id, entry.installationId, entry.runId, entry.by === null ? 0 : 1, JSON.stringify(entry)]
}

/** Inside the transaction of the write that it is about. */
export function putHistory(database: Database, entry: EntryRow): void {
  database.run(
    'INSERT INTO history (id, installation_id, run_id, undoes, body, written) VALUES (?, ?, ?, ?, ?, ?)',
    ...entry,
    database.now()
  )
}

export function removeHistoryOf(database: Database, clientId: string): void {
  const { from, to } = entriesOf(clientId)
  database.run('DELETE FROM history WHERE id > ? AND id < ?', from, to)
}

export function toColumns(entry: HistoryEntry, written: number): Record<string, Value> {
  const [id, installation_id, run_id, undoes, body] = toEntryRow(entry)
  return { id, installation_id, run_id, undoes, body, written }
}

export function toEntry({ body }: Row): HistoryEntry {
  return JSON.parse(body)
}

function entriesOfRows(rows: Iterable<Row>, limit: number): Page<WeighedEntry> {
  return takePage(rows, limit, weightOf, row => ({ entry: toEntry(row), weight: weightOf(row) }))
}

/** In the order of the ids. */
function clientsOf(database: Database, tenant: string, ids: readonly string[]): Page<ClientRecord> {
  const rows = database.each(
    `SELECT ${RECORD_COLUMNS} FROM (SELECT value FROM json_each(?)) CROSS JOIN clients ON id = value
      CROSS JOIN client_owners USING (owner) WHERE tenant = ?`,
    JSON.stringify(ids),
    tenant
  )
  return takePage(rows, ids.length, weightOf, toRecord)
}

function clientOf(database: Database, tenant: string, id: string): ClientRecord | null {
  const row = database.one(
    `SELECT ${RECORD_COLUMNS} FROM clients CROSS JOIN client_owners USING (owner) WHERE id = ? AND tenant = ?`,
    id,
    tenant
  )
  return row ? toRecord(row) : null
}
