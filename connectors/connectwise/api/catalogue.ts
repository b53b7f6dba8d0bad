import { endpoints } from './endpoints.ts'
import { readByIds } from './read-by-ids.ts'
import type { Session } from './session.ts'

/** Who makes or sells a product, as far as the catalogue says. */
export interface ProductSource {
  readonly vendor: unknown
  readonly manufacturer: unknown
}

/** Products kept in one read: the catalogues of most accounts whole, a bound for the rest. */
const capacity = 20_000
const unknown: ProductSource = { vendor: null, manufacturer: null }

/** Looks products up, each once for a read. */
export interface Catalogue {
  /** Every id asked for is in the answer; an id that the catalogue does not have has neither vendor nor manufacturer. */
  find(productIds: Iterable<string>): Promise<ReadonlyMap<string, ProductSource>>
}

export function openCatalogue(session: Session): Catalogue {
  const kept = new Map<string, ProductSource>()
  return {
    async find(productIds) {
      const wanted = [...new Set(productIds)]
      const found = new Map<string, ProductSource>()
      for (const id of wanted) {
        const known = kept.get(id)
        if (!known) continue
        found.set(id, known)
        // To the end of the map: the front is what was not used for longest.
        kept.delete(id)
        kept.set(id, known)
      }
      const missing = wanted.filter(id => !found.has(id))
      if (missing.length === 0) return found
      const { records } = await readByIds(session, endpoints.catalogue, 'id', missing, {
        fields: 'id,identifier,vendor,manufacturer'
      })
      for (const { id, vendor, manufacturer } of records) found.set(id, { vendor, manufacturer })
      for (const id of missing) {
        const source = found.get(id) ?? unknown
        found.set(id, source)
        kept.set(id, source)
      }
      for (const id of kept.keys()) {
        if (kept.size <= capacity) break
        kept.delete(id)
      }
      return found
    }
  }
}
