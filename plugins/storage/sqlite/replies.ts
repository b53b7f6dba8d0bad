import type { ReplyStore } from '../port.ts'
import type { Database } from './database.ts'

export function replyStore(database: Database): ReplyStore {
  return {
    tryBegin: ({ key, digest }, keepMs, takeOverMs) =>
      database.write(() => {
        const now = database.now()
        const stored = database.one('SELECT digest, answer, begun, ends FROM replies WHERE key = ?', key)
        const isAbandoned = stored && stored.answer === null && stored.begun <= now - takeOverMs
        if (stored && stored.ends > now && !isAbandoned) return { digest: stored.digest, answer: stored.answer }
        database.run(
          'INSERT OR REPLACE INTO replies (key, digest, answer, begun, ends) VALUES (?, ?, NULL, ?, ?)',
          key,
          digest,
          now,
          now + keepMs
        )
        return null
      }),

    finish: (key, answer) =>
      database.write(() => {
        database.run('UPDATE replies SET answer = ? WHERE key = ?', answer, key)
      }),

    drop: key =>
      database.write(() => {
        database.run('DELETE FROM replies WHERE key = ?', key)
      }),

    prune: limit =>
      database.write(
        () =>
          database.run(
            'DELETE FROM replies WHERE key IN (SELECT key FROM replies WHERE ends <= ? ORDER BY ends LIMIT ?)',
            database.now(),
            limit
          ).changes
      )
  }
}
