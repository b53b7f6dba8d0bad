import type { Test } from 'tap'
import { openMongoStore } from '../../../plugins/storage/mongodb/open.ts'
import type { Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { freshUrl, needsStore } from './mongodb/database.ts'

/** Each with the options of its test. Whoever opens one closes it, which a host does. */
export const eachStore: readonly (readonly [name: string, options: object, open: (t: Test) => Promise<Store>])[] = [
  ['SQLite', {}, () => openSqliteStore({ url: ':memory:' })],
  ['MongoDB', needsStore, t => openMongoStore({ url: freshUrl(t) })]
]
