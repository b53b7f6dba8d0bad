import type { ClientQuery, Lease } from '../port.ts'
import type { Database } from './database.ts'

/** The numbers by which clients name their tenant and connection; kept for the length of one transaction. */
export class Owners {
  readonly #database: Database
  readonly #known = new Map<string, number>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Given out with the first client. */
  of(tenant: string, connectionId: string): number {
    const found = this.find(tenant, connectionId)
    if (found !== undefined) return found
    const insert = 'INSERT INTO client_owners (tenant, connection_id) VALUES (?, ?)'
    return this.#database.run(insert, tenant, connectionId).rowId
  }

  find(tenant: string, connectionId: string): number | undefined {
    const key = `${connectionId} ${tenant}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const select = 'SELECT owner FROM client_owners WHERE connection_id = ? AND tenant = ?'
    const owner = this.#database.one(select, connectionId, tenant)?.owner
    if (owner !== undefined) this.#known.set(key, owner)
    return owner
  }
}

/** Those whose clients a query of this tenant is about. */
export function ownersOf(database: Database, tenant: string, connectionId?: ClientQuery['connectionId']): number[] {
  return database
    .all(
      'SELECT owner FROM client_owners WHERE tenant = ?1 AND connection_id = coalesce(?2, connection_id)',
      tenant,
      connectionId ?? null
    )
    .map(row => row.owner)
}

/** An owner goes with its last client. */
export function dropOwnerWithoutClients(
  database: Database,
  { tenant, connectionId }: Pick<Lease, 'tenant' | 'connectionId'>
): void {
  database.run(
    `DELETE FROM client_owners WHERE connection_id = ? AND tenant = ?
      AND NOT EXISTS (SELECT 1 FROM clients WHERE clients.owner = client_owners.owner)`,
    connectionId,
    tenant
  )
}
