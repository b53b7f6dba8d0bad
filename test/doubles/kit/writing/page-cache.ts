import type { Table } from '../table.ts'

export interface CachedPage {
  readonly version: number
  readonly headers: Record<string, string>
  readonly ids: readonly number[]
  readonly bytes: Buffer
}

/** Bytes of pages kept, over all tables. */
const budget = 400_000_000
/** Smaller pages are made as quickly as they are found. */
const worthKeeping = 20_000

/**
 * Pages as they were sent, while their table stays as it was: a benchmark reads the same pages again and measures the
 * reader, not this double.
 */
export function createPageCache() {
  const pages = new Map<string, CachedPage & { from: Table }>()
  let held = 0
  const drop = (key: string) => {
    held -= pages.get(key)?.bytes.length ?? 0
    pages.delete(key)
  }
  return {
    find: (key: string, table: Table): CachedPage | undefined => {
      const page = pages.get(key)
      // A table as a role sees it is another one, whatever its version.
      return page?.from === table && page.version === table.version() ? page : undefined
    },
    keep: (key: string, table: Table, page: CachedPage): void => {
      if (page.bytes.length < worthKeeping) return
      drop(key)
      if (held + page.bytes.length > budget) {
        for (const [known, { from, version }] of pages) if (version !== from.version()) drop(known)
      }
      // When full, the pages already kept stay: a read that is larger than the budget would else evict each page
      // just before it is asked for again.
      if (held + page.bytes.length > budget) return
      held += page.bytes.length
      pages.set(key, { ...page, from: table })
    }
  }
}

export type PageCache = ReturnType<typeof createPageCache>
