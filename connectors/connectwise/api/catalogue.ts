import { endpoints } from './endpoints.ts'
import { readByIds } from './read-by-ids.ts'
import type { Session } from './session.ts'

/** Who makes or sells a product, as far as the catalogue says. */
export interface ProductSource {
  readonly vendor?: unknown
  readonly manufacturer?: unknown
  /** Why the catalogue cannot send it, though it has it. */
  readonly unread?: string
}

/** Products kept in one read: the catalogues of most accounts whole, a bound for the rest. */
const capacity = 20_000

/** Looks products up, each once for a read. */
export interface Catalogue {
  /** Every id asked for is in the answer; null: the catalogue does not have it. */
  find(productIds: ReadonlySet<string>): Promise<ReadonlyMap<string, ProductSource | null>>
}

export function openCatalogue(session: Session): Catalogue {
  const kept = new Map<string, ProductSource | null>()
  const list = { session, endpoint: endpoints.catalogue, query: { fields: 'id,identifier,vendor,manufacturer' } }
  return {
    async find(productIds) {
      // A page that is read beside this one may empty what is kept.
      const found = new Map([...productIds].map(id => [id, kept.get(id)]))
      const missing = [...productIds].filter(id => found.get(id) === undefined)
      for (const id of missing) found.set(id, null)
      for (const { records, unusable } of await readByIds(list, 'id', missing)) {
        for (const { id, vendor, manufacturer } of records) found.set(id, { vendor, manufacturer })
        for (const { id, reason } of unusable) if (id !== undefined) found.set(id, { unread: reason })
      }
      if (kept.size + missing.length > capacity) kept.clear()
      for (const id of missing) kept.set(id, found.get(id)!)
      return found as ReadonlyMap<string, ProductSource | null>
    }
  }
}
