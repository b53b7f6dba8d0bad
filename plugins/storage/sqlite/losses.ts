import { takePage, upToPage } from '../page-weight.ts'
import type { LossKind, LossRow, LossStore } from '../port.ts'
import { compareText } from '../text-order.ts'
import { type Database, type Row, type Value, weightOf } from './database.ts'

/** What a row's kinds add up to; each has an index of its held rows. */
const kindNumbers: Readonly<Record<LossKind, number>> = {
  clients: 1,
  addresses: 2,
  emails: 4,
  phones: 8,
  websites: 16,
  agreements: 32,
  costs: 64,
  vendors: 128
}

const COLUMNS = 'installation_id, external_id, client_id, client_name, items, state, by, token, at'

export function lossStore(database: Database): LossStore {
  return {
    list: (installationId, { states, by }, after, limit) =>
      database.read(() => {
        const rows = [...new Set(states)].flatMap(state =>
          upToPage(
            by === undefined
              ? database.each(
                  `SELECT ${COLUMNS} FROM losses INDEXED BY losses_by_state
                    WHERE installation_id = ? AND state = ? AND external_id > ? ORDER BY external_id LIMIT ?`,
                  installationId,
                  state,
                  after ?? '',
                  limit
                )
              : database.each(
                  `SELECT ${COLUMNS} FROM losses INDEXED BY losses_by_stager
                    WHERE installation_id = ? AND by = ? AND state = ? AND external_id > ? ORDER BY external_id LIMIT ?`,
                  installationId,
                  by,
                  state,
                  after ?? '',
                  limit
                ),
            limit,
            weightOf
          )
        )
        rows.sort((a, b) => compareText(a.external_id, b.external_id))
        return takePage(rows, limit, weightOf, toLoss).items
      }),

    of: (installationId, externalIds) =>
      database.read(() =>
        database
          .all(
            `SELECT ${COLUMNS} FROM (SELECT DISTINCT value FROM json_each(?))
              CROSS JOIN losses ON external_id = value WHERE installation_id = ?`,
            JSON.stringify(externalIds),
            installationId
          )
          .map(toLoss)
      ),

    mark: (lease, externalIds, state) =>
      database.writeFenced(lease, () => {
        database.run(
          `UPDATE losses SET state = ?, token = ? WHERE installation_id = ? AND token <= ?
            AND external_id IN (SELECT value FROM json_each(?))`,
          state,
          lease.token,
          lease.installationId,
          lease.token,
          JSON.stringify(externalIds)
        )
      }),

    remove: (lease, externalIds) =>
      database.writeFenced(lease, () => removeLosses(database, lease.installationId, externalIds, [])),

    dropStale: (lease, by, before) =>
      database.writeFenced(lease, () => {
        for (const state of ['staged', 'looked', 'passed', 'taken'] satisfies LossRow['state'][]) {
          database.run(
            'DELETE FROM losses WHERE installation_id = ? AND state = ? AND by <> ? AND token < ?',
            lease.installationId,
            state,
            by,
            before
          )
        }
      }),

    listHeld: (tenant, installationId, kind, { limit, cursor }) =>
      database.read(() => {
        const [after] = database.cursors.decode('losses', cursor) ?? ['']
        const index = kind === null ? 'losses_by_state' : `losses_held_${kindNumbers[kind]}`
        const rows = database.each(
          `SELECT ${COLUMNS} FROM losses INDEXED BY ${index}
            WHERE installation_id = ? AND external_id > ? AND state = 'held'
              ${kind === null ? '' : `AND kinds & ${kindNumbers[kind]}`}
              AND EXISTS (SELECT 1 FROM installations WHERE id = installation_id AND tenant = ?)
            ORDER BY external_id LIMIT ?`,
          installationId,
          after!,
          tenant,
          limit + 1
        )
        return database.cursors.listing('losses', takePage(rows, limit, weightOf, toLoss), row => [row.externalId])
      })
  }
}

/** In place of the row of the same client, unless that has a newer token. */
export function putLoss(database: Database, row: LossRow): void {
  const columns = toColumns(row)
  const names = Object.keys(columns)
  const { installation_id: _installation, external_id: _external, ...changing } = columns
  database.run(
    `INSERT INTO losses (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})
      ON CONFLICT (installation_id, external_id) DO UPDATE SET
        ${Object.keys(changing)
          .map(name => `${name} = excluded.${name}`)
          .join(', ')}
      WHERE losses.token <= excluded.token`,
    ...Object.values(columns)
  )
}

/** But those of these clients. */
export function removeLosses(
  database: Database,
  installationId: string,
  externalIds: readonly string[],
  butOf: readonly string[]
): void {
  database.run(
    `DELETE FROM losses WHERE installation_id = ? AND external_id IN (SELECT value FROM json_each(?))
      AND client_id NOT IN (SELECT value FROM json_each(?))`,
    installationId,
    JSON.stringify(externalIds),
    JSON.stringify(butOf)
  )
}

export function toColumns(row: LossRow): Record<string, Value> {
  const { installationId, externalId, clientId, clientName, items, state, by, token, at } = row
  const kinds = new Set(items.map(({ kind }) => kindNumbers[kind]))
  return {
    installation_id: installationId,
    external_id: externalId,
    client_id: clientId,
    client_name: clientName,
    items: JSON.stringify(items),
    kinds: [...kinds].reduce((sum, number) => sum + number, 0),
    ...{ state, by, token, at }
  }
}

export function toLoss(row: Row): LossRow {
  const { state, by, token, at } = row
  return {
    installationId: row.installation_id,
    externalId: row.external_id,
    clientId: row.client_id,
    clientName: row.client_name,
    items: JSON.parse(row.items),
    ...{ state, by, token, at }
  }
}
