import type { ClaimShares } from '../port.ts'
import type { Database } from './database.ts'

export const FREE = "wanted = 'running' AND due_at IS NOT NULL AND (lease_until IS NULL OR lease_until <= ?)"

/** Looked at in one step, at least. */
const STEP = 16

/**
 * Ids of what may be claimed, the longest due first. Whoever has its share is left out of the next step, so that one
 * who has much waiting costs the others the reading of index entries at most.
 */
export function dueRows(database: Database, now: number, limit: number, shares?: ClaimShares): string[] {
  const tenants = new Share(shares?.perTenant, shares?.busy.tenants)
  const connections = new Share(shares?.perConnection, shares?.busy.connections)
  const step = Math.max(limit, STEP)
  const found: string[] = []
  for (let after: [number, string] = [Number.MIN_SAFE_INTEGER, '']; ; ) {
    const rows = database.all(
      `SELECT id, tenant, connection_id, wake_at FROM installations
        WHERE ${FREE} AND wake_at <= ? AND (wake_at, id) > (?, ?)
          AND tenant NOT IN (SELECT value FROM json_each(?)) AND connection_id NOT IN (SELECT value FROM json_each(?))
        ORDER BY wake_at, id LIMIT ?`,
      now,
      now,
      ...after,
      tenants.full(),
      connections.full(),
      step
    )
    for (const row of rows) {
      if (found.length === limit) return found
      if (!tenants.has(row.tenant) || !connections.has(row.connection_id)) continue
      tenants.take(row.tenant)
      connections.take(row.connection_id)
      found.push(row.id)
    }
    if (found.length === limit || rows.length < step) return found
    const last = rows.at(-1)!
    after = [last.wake_at, last.id]
  }
}

class Share {
  readonly #most: number
  readonly #held: Map<string, number>

  constructor(most = Number.POSITIVE_INFINITY, busy: Readonly<Record<string, number>> = {}) {
    this.#most = most
    this.#held = new Map(Object.entries(busy))
  }

  has(name: string): boolean {
    return (this.#held.get(name) ?? 0) < this.#most
  }

  take(name: string): void {
    this.#held.set(name, (this.#held.get(name) ?? 0) + 1)
  }

  /** JSON text of the names of those that get no more. */
  full(): string {
    return JSON.stringify([...this.#held.keys()].filter(name => !this.has(name)))
  }
}
