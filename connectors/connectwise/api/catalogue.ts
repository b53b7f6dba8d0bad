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
  const kept = new Map<string, Promise<ProductSource | null>>()
  const list = { session, endpoint: endpoints.catalogue, query: { fields: 'id,identifier,vendor,manufacturer' } }
  const read = async (ids: readonly string[]) => {
    const found = new Map<string, ProductSource>()
    for (const { records, unusable } of await readByIds(list, 'id', ids)) {
      for (const { id, vendor, manufacturer } of records) found.set(id, { vendor, manufacturer })
      for (const { id, reason } of unusable) if (id !== undefined) found.set(id, { unread: reason })
    }
    return found
  }
  return {
    async find(productIds) {
      if (kept.size > capacity) kept.clear()
      const missing = [...productIds].filter(id => !kept.has(id))
      const answer = read(missing)
      const sourceOf = async (id: string) => (await answer).get(id) ?? null
      // Kept at once, so that pages read side by side ask for a product once.
      for (const id of missing) kept.set(id, sourceOf(id))
      return new Map(await Promise.all([...productIds].map(async id => [id, await kept.get(id)!] as const)))
    }
  }
}
