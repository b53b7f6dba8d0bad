/** Started by schema.test.ts: migrates the file named first and kills itself before the statement with the number named second. */
import { DatabaseSync } from 'node:sqlite'
import { migrate } from '../../../../plugins/storage/sqlite/schema.ts'

const sqlite = new DatabaseSync(process.argv[2]!)
sqlite.exec('PRAGMA journal_mode = WAL')
let left = Number(process.argv[3])
migrate({
  prepare: text => sqlite.prepare(text),
  exec(text) {
    if (left-- === 0) process.kill(process.pid, 'SIGKILL')
    sqlite.exec(text)
  }
})
