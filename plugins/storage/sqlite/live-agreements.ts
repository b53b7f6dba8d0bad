/** Which client of a connection has which agreement: each that is not gone at one. */
import type { PageResult } from '../port.ts'
import type { Database } from './database.ts'

type Conflict = PageResult['conflicts'][number]

/** Agreements (JSON text of their external ids; null: none) that are live at another client than `pk`. */
export function conflictsOf(
  database: Database,
  owner: number,
  pk: number | null,
  id: string,
  live: string | null
): Conflict[] {
  if (live === null) return []
  return database
    .all(
      `SELECT value AS agreement, clients.id AS holder FROM json_each(?) CROSS JOIN live_agreements
        ON live_agreements.owner = ? AND agreement = value CROSS JOIN clients USING (pk) WHERE pk IS NOT ?`,
      live,
      owner,
      pk
    )
    .map(({ agreement, holder }) => ({ id, agreement, holder }))
}

export function putLive(database: Database, owner: number, pk: number, live: string | null): void {
  if (live === null) return
  const text = 'INSERT OR IGNORE INTO live_agreements (owner, agreement, pk) SELECT ?, value, ? FROM json_each(?)'
  database.run(text, owner, pk, live)
}

/** `agreements`: JSON text, as they are stored with the client; null: none. */
export function removeLive(database: Database, owner: number, pk: number, agreements: string | null): void {
  if (agreements === null) return
  database.run(
    `DELETE FROM live_agreements WHERE owner = ? AND pk = ?
      AND agreement IN (SELECT value ->> '$.externalId' FROM json_each(?))`,
    owner,
    pk,
    agreements
  )
}
