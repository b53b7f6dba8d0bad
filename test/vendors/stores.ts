import type { Test } from 'tap'
import { freshUrl, needsStore } from '../plugins/storage/mongodb/database.ts'

interface StoreKind {
  readonly name: string
  /** Why it cannot be had here, for the test's options. */
  readonly needs: { skip?: string }
  /** A store of its own, as the host's environment names it. */
  env(t: Test): Record<string, string>
}

/** Over each of which the whole host is tried. */
export const stores: readonly StoreKind[] = [
  { name: 'SQLite', needs: {}, env: () => ({}) },
  { name: 'the MongoDB wire', needs: needsStore, env: t => ({ STORAGE_URL: freshUrl(t) }) }
]
