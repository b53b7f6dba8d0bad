import type { MetaStore } from '../port.ts'
import type { Database } from './database.ts'

export function metaStore(database: Database): MetaStore {
  const get = (key: string): string | null => database.one('SELECT value FROM meta WHERE key = ?', key)?.value ?? null
  return {
    get: key => database.read(() => get(key)),
    putIfAbsent: (key, value) =>
      database.write(() => {
        database.run('INSERT OR IGNORE INTO meta (key, value) VALUES (?, ?)', key, value)
        return get(key)!
      })
  }
}
