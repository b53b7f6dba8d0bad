import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { openSqliteStore } from '../../../../plugins/storage/sqlite/open.ts'
import { storageSuite } from '../../../conformance/storage-suite.ts'

storageSuite({
  name: 'SQLite in memory',
  async open(t) {
    const store = await openSqliteStore({ url: ':memory:' })
    t.teardown(() => store.close())
    return { store }
  }
})

let serial = 0
storageSuite({
  name: 'SQLite in a file',
  async open(t) {
    // Making the folder again would take away the file of a store that the same test has open.
    const folder = existsSync(t.testdirName) ? t.testdirName : t.testdir()
    const url = `file:${join(folder, `store-${++serial}.db`)}`
    const connect = async () => {
      const store = await openSqliteStore({ url })
      t.teardown(() => store.close())
      return store
    }
    const store = await connect()
    return {
      store,
      second: connect,
      async reopen() {
        await store.close()
        return connect()
      }
    }
  }
})
