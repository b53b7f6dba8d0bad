/**
 * Started by failing-disk.test.ts: writes pages of clients to the store named first, and prints of each whether the store
 * has acknowledged or refused it. Once it is open it makes the file named second, which has syncs fail from then on.
 */
import { writeFileSync, writeSync } from 'node:fs'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { leased, put, recordOf } from '../../../conformance/storage/fixtures.ts'

const [, , url, armed] = process.argv
const store = await openSqliteStore({ url: url! })
const lease = await leased(store, { id: 'ins_writer', connectionId: 'con_writer' })
writeFileSync(armed!, '')
for (let page = 0; ; page++) {
  const ids = Array.from({ length: 50 }, (_, i) => String(page * 50 + i))
  try {
    await put(
      store,
      lease,
      ids.map(id => recordOf(lease, id))
    )
    writeSync(1, `acknowledged ${page}\n`)
  } catch (error) {
    if ((error as { code?: string }).code !== 'HOST_ERR_STORE_UNAVAILABLE') throw error
    writeSync(1, `refused ${page}\n`)
  }
}
