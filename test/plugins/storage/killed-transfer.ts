/** Started by transfer.test.ts: moves the store named first into the one named second, and kills itself after so many writes. */
import { openMongoStore } from '../../../plugins/storage/mongodb/open.ts'
import type { Store } from '../../../plugins/storage/port.ts'
import { openSqliteStore } from '../../../plugins/storage/sqlite/open.ts'
import { migrateStore } from '../../../plugins/storage/transfer.ts'

const [from, to, writes] = process.argv.slice(2) as [string, string, string]

const open = (url: string) => (url.startsWith('file:') ? openSqliteStore({ url }) : openMongoStore({ url }))
const [source, opened] = [await open(from), await open(to)]

let left = Number(writes)
const target: Store = {
  ...opened,
  transfer: {
    ...opened.transfer,
    async write(section, items) {
      await opened.transfer.write(section, items)
      if (--left === 0) process.kill(process.pid, 'SIGKILL')
    }
  }
}
await migrateStore(source, target)
await source.close()
await opened.close()
