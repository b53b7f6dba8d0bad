import { type Answer, unanswered } from './by-ids.ts'
import type { VendorRecord } from './records.ts'

/** What is known of a record that others refer to. null: the vendor does not have it, or does not show it. */
export type Shelved = { readonly record: VendorRecord } | { readonly unread: string } | null

/** Looks records up that many others refer to (products, vendors), each once for a read. */
export interface Shelf {
  /** Every id asked for is in the answer. */
  find(ids: Iterable<string>): Promise<ReadonlyMap<string, Shelved>>
}

/** @param capacity kept at once, so that a read of everything stays bounded */
export function openShelf(read: (ids: readonly string[]) => Promise<readonly Answer[]>, capacity = 20_000): Shelf {
  const kept = new Map<string, Promise<Shelved>>()
  async function look(ids: readonly string[]): Promise<ReadonlyMap<string, Shelved>> {
    const first = await read(ids)
    // One odd answer shall not make nothing of what is there.
    const again = unanswered(ids, first)
    const found = new Map<string, Shelved>()
    for (const { records, unusable } of again.length === 0 ? first : [...first, ...(await read(again))]) {
      for (const record of records) found.set(record.id, { record })
      for (const { id, reason } of unusable) if (id !== undefined) found.set(id, { unread: reason })
    }
    return found
  }
  return {
    async find(ids) {
      if (kept.size > capacity) kept.clear()
      const wanted = [...new Set(ids)]
      const missing = wanted.filter(id => !kept.has(id))
      if (missing.length > 0) {
        const answer = look(missing)
        // Kept at once, so that pages read side by side ask for a record once.
        for (const id of missing) {
          const shelved = answer.then(found => found.get(id) ?? null)
          kept.set(id, shelved)
        }
      }
      return new Map(await Promise.all(wanted.map(async id => [id, await kept.get(id)!] as const)))
    }
  }
}
