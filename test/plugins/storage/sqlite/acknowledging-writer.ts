/** Started by durability.test.ts: writes pages of clients to the store named first, and prints each page's number once the store has acknowledged it. */
import { writeSync } from 'node:fs'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'

const store = await openSqliteStore({ url: process.argv[2]! })
const lease = await leased(store, { id: 'ins_writer', connectionId: 'con_writer' })
for (let page = 0; ; page++) {
  const ids = Array.from({ length: 50 }, (_, i) => String(page * 50 + i))
  await put(
    store,
    lease,
    ids.map(id => recordOf(lease, id))
  )
  writeSync(1, `${page}\n`)
}
