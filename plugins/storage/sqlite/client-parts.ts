/** Clients by their parts: the few combinations of parts that a connection's clients have, and those clients in sort order. */
import { takePage, upToPage } from '../page-weight.ts'
import type { ClientPart, ClientRecord } from '../port.ts'
import { compareText } from '../text-order.ts'
import { BY_EXTERNAL_IDS, type PartState, RECORD_COLUMNS, toParts, toRecord } from './client-row.ts'
import { BEHIND_ALL, type Database, type Row, weightOf } from './database.ts'

interface Combination {
  readonly owner: number
  readonly part_states: string
}

/** See ClientStore.loadParts. */
export function loadParts(
  database: Database,
  connectionId: string,
  installationId: string,
  externalIds: readonly string[]
): { externalId: string; part: ClientPart }[] {
  return database
    .all(
      `SELECT external_id, body ->> '$.createdAt' AS created_at, body -> '$.parts' AS parts ${BY_EXTERNAL_IDS}`,
      JSON.stringify(externalIds),
      connectionId
    )
    .flatMap(row => {
      const part = toParts(JSON.parse(row.parts), row.created_at).find(one => one.installationId === installationId)
      return part ? [{ externalId: row.external_id, part }] : []
    })
}

/** See ClientStore.activeInRange. */
export function activeInRange(
  database: Database,
  installationId: string,
  after: string | null,
  through: string | null,
  limit: number
): { externalId: string; sortKey: string }[] {
  return combinationsOf(database, installationId, 'active')
    .flatMap(({ owner, part_states }) =>
      database.all(
        `SELECT external_id, sort_key FROM clients INDEXED BY clients_by_parts
          WHERE owner = ? AND part_states = ? AND sort_key > ? AND sort_key <= ? ORDER BY sort_key LIMIT ?`,
        owner,
        part_states,
        after ?? '',
        through ?? BEHIND_ALL,
        limit
      )
    )
    .map(row => ({ externalId: row.external_id, sortKey: row.sort_key }))
    .sort((a, b) => compareText(a.sortKey, b.sortKey))
    .slice(0, limit)
}

/** See ClientStore.activeRecords. */
export function activeRecords(
  database: Database,
  installationId: string,
  after: string | null,
  limit: number
): ClientRecord[] {
  const rows = combinationsOf(database, installationId, 'active').flatMap(({ owner, part_states }) =>
    upToPage(
      database.each(
        `SELECT ${RECORD_COLUMNS} FROM clients INDEXED BY clients_by_parts CROSS JOIN client_owners USING (owner)
          WHERE owner = ? AND part_states = ? AND sort_key > ? ORDER BY sort_key LIMIT ?`,
        owner,
        part_states,
        after ?? '',
        limit
      ),
      limit,
      weightOf
    )
  )
  rows.sort((a, b) => compareText(a.sort_key, b.sort_key))
  return takePage(rows, limit, weightOf, toRecord).items
}

/** See ClientStore.listOfInstallation. */
export function clientsOfInstallation(database: Database, installationId: string, limit: number): ClientRecord[] {
  return takePage(rowsOfInstallation(database, installationId, limit), limit, weightOf, toRecord).items
}

function* rowsOfInstallation(database: Database, installationId: string, limit: number): Iterable<Row> {
  for (const { owner, part_states } of combinationsOf(database, installationId)) {
    yield* database.each(
      `SELECT ${RECORD_COLUMNS} FROM clients INDEXED BY clients_by_parts CROSS JOIN client_owners USING (owner)
        WHERE owner = ? AND part_states = ? LIMIT ?`,
      owner,
      part_states,
      limit
    )
  }
}

/** Found by skipping from one to the next in the index. */
function combinationsOf(database: Database, installationId: string, status?: ClientPart['status']): Combination[] {
  const found = database.all(
    `WITH RECURSIVE found (owner, states) AS (
      SELECT owner, (SELECT min(part_states) FROM clients WHERE clients.owner = client_owners.owner)
        FROM client_owners WHERE connection_id = (SELECT connection_id FROM installations WHERE id = ?)
      UNION ALL
      SELECT owner, (SELECT min(part_states) FROM clients
          WHERE clients.owner = found.owner AND clients.part_states > found.states)
        FROM found WHERE found.states IS NOT NULL
    ) SELECT owner, states AS part_states FROM found WHERE states IS NOT NULL`,
    installationId
  ) as unknown as Combination[]
  return found.filter(({ part_states }) =>
    (JSON.parse(part_states) as PartState[]).some(
      ([installation, of]) => installation === installationId && (status ?? of) === of
    )
  )
}
