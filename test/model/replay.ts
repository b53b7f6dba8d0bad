/** `node --import ./scripts/preload.js test/model/replay.ts 123 [to]`: seeds one by one, with what happened in those that fail. */
import { openSqliteStore } from '../../plugins/storage/sqlite/open.ts'
import { liveThrough } from './seed.ts'

const [from = 1, to = from] = process.argv.slice(2).map(Number)
const store = await openSqliteStore({ url: ':memory:' })
let failed = 0
let requests = 0
const start = performance.now()
for (let seed = from; seed <= to; seed++) {
  const result = await liveThrough(seed, store, from === to)
  requests += result.requests
  if (result.wrong.length === 0 && from !== to) continue
  if (result.wrong.length > 0) failed++
  console.log(`seed ${seed}\n${(from === to ? result.diary : result.diary.slice(-6)).join('\n')}`)
  for (const line of result.wrong.slice(0, 8)) console.log(`WRONG ${line}`)
}
await store.close()
const seconds = (performance.now() - start) / 1000
console.log(`${to - from + 1} seeds, ${failed} failed, ${requests} requests, ${seconds.toFixed(1)} s`)
